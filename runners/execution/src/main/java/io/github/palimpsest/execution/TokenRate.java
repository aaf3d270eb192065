package io.github.palimpsest.execution;

import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** The tokens per second of a run's present stage. It is shown to people and decides nothing. */
public final class TokenRate {
  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private String stage = "";
  private long before;
  private long since;
  private long tokens;
  private long last;

  /**
   * The rate of a run that has not trained yet.
   *
   * @param nanos the time, from an arbitrary origin
   */
  public TokenRate(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * A step has ended. The first step of a stage builds its graph and does not count.
   *
   * @param of the stage
   * @param all the tokens of the stage that the run has trained on so far
   */
  public void step(String of, long all) {
    last = nanos.getAsLong();
    tokens = all;
    if (!of.equals(stage)) {
      stage = of;
      before = all;
      since = last;
    }
  }

  /** The mean over the stage so far; empty before its second step. */
  public OptionalDouble perSecond() {
    return last > since && tokens > before
        ? OptionalDouble.of((tokens - before) * NANOS / (last - since))
        : OptionalDouble.empty();
  }
}
