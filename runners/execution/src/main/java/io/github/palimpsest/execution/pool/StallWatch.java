package io.github.palimpsest.execution.pool;

import java.time.Duration;

/** Detects that a process has made no progress for too long. The caller provides the clock. */
public final class StallWatch {
  /** The default limit without progress. */
  public static final Duration USUAL = Duration.ofMinutes(10);

  /** A duration in the usual notation: {@code 90s}, {@code 10m}, {@code 2h}. */
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
   * Checks again.
   *
   * @param nanos the time, from an arbitrary origin
   * @param moves the process's progress counter
   * @param counts whether it should make progress now
   * @param limit the largest time without progress
   * @return whether it has made no progress for this time while it should have
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
