package io.github.palimpsest.execution.pool;

import java.time.Duration;

/** Tells when a process has not moved for too long. Its clock is whoever asks. */
public final class StallWatch {
  /** How long a process may stand still, unless something else is wanted. */
  public static final Duration USUAL = Duration.ofMinutes(10);

  /** A length of time as people write it: {@code 90s}, {@code 10m}, {@code 2h}. */
  public static String text(Duration span) {
    long seconds = span.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private boolean begun;
  private long since;
  private long moves;

  /**
   * Looks again.
   *
   * @param nanos the time, from an arbitrary origin
   * @param moves how often the process has moved
   * @param counts whether it should be moving
   * @param limit how long it may stand still
   * @return whether it has stood still as long as that while it should have been moving
   */
  public boolean stalled(long nanos, long moves, boolean counts, Duration limit) {
    if (!begun || !counts || moves != this.moves) {
      begun = counts;
      since = nanos;
      this.moves = moves;
    }
    return begun && nanos - since >= limit.toNanos();
  }
}
