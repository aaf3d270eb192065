package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.OptionalDouble;

/** The constants that a decoder multiplies its values with, and the limit of its logits. */
@Experimental(since = "0.1")
public final class ScaleSpec {
  private record Values(double embedding, double residual, double logits, OptionalDouble cap) {}

  private final Values values;

  private ScaleSpec(Values values) {
    this.values = values;
  }

  /** All constants are 1, and the logits have no limit. */
  public static ScaleSpec none() {
    return new ScaleSpec(new Values(1, 1, 1, OptionalDouble.empty()));
  }

  /**
   * A copy that multiplies the vectors of the tokens.
   *
   * @throws PalimpsestException if the factor is not a number above 0
   */
  public ScaleSpec embedding(double factor) {
    DecoderChecks.above0("the embedding scale", factor);
    return new ScaleSpec(new Values(factor, residual(), logits(), cap()));
  }

  /**
   * A copy that multiplies what attention and the feed-forward block add.
   *
   * @throws PalimpsestException if the factor is not a number above 0
   */
  public ScaleSpec residual(double factor) {
    DecoderChecks.above0("the residual scale", factor);
    return new ScaleSpec(new Values(embedding(), factor, logits(), cap()));
  }

  /**
   * A copy that multiplies the logits.
   *
   * @throws PalimpsestException if the factor is not a number above 0
   */
  public ScaleSpec logits(double factor) {
    DecoderChecks.above0("the logit scale", factor);
    return new ScaleSpec(new Values(embedding(), residual(), factor, cap()));
  }

  /**
   * A copy whose logits {@code z} become {@code cap tanh(z / cap)}.
   *
   * @throws PalimpsestException if the cap is not a number above 0
   */
  public ScaleSpec cap(double cap) {
    DecoderChecks.above0("the logit cap", cap);
    return new ScaleSpec(new Values(embedding(), residual(), logits(), OptionalDouble.of(cap)));
  }

  /** Multiplies the vectors of the tokens. */
  public double embedding() {
    return values.embedding();
  }

  /** Multiplies what attention and the feed-forward block add. */
  public double residual() {
    return values.residual();
  }

  /** Multiplies the logits. */
  public double logits() {
    return values.logits();
  }

  /** The soft limit of a logit; empty for none. */
  public OptionalDouble cap() {
    return values.cap();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScaleSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "embedding %s, residual %s, logits %s%s"
        .formatted(
            embedding(),
            residual(),
            logits(),
            cap().isPresent() ? ", cap " + cap().getAsDouble() : "");
  }
}
