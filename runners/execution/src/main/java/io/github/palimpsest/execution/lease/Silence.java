package io.github.palimpsest.execution.lease;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * For how long the heartbeats of other runs have not changed, by the monotonic time of this
 * process. Time in which this process did not look, because it worked or was stopped itself, counts
 * little: several looks are needed before a run is silent.
 */
final class Silence {
  /** A part of the limit: the most that counts between two looks. */
  private static final int LOOKS = 4;

  /** A part of the limit: the least time between two looks. */
  private static final int MOST_LOOKS = 100;

  private final Map<String, Seen> seen = new HashMap<>();

  private record Seen(String content, long last, long waited) {}

  /**
   * Looks at a run again.
   *
   * @param nanos the time, from an arbitrary origin
   * @param beat reads its heartbeat, of which only equality means anything
   * @return whether it has not changed for the limit
   */
  synchronized boolean silent(String run, long nanos, Supplier<String> beat, Duration limit) {
    Seen before = seen.get(run);
    if (before != null && nanos - before.last() < limit.toNanos() / MOST_LOOKS) {
      return before.waited() >= limit.toNanos();
    }
    String content = beat.get();
    if (before == null || !before.content().equals(content)) {
      seen.put(run, new Seen(content, nanos, 0));
      return false;
    }
    long passed = Math.min(nanos - before.last(), limit.toNanos() / LOOKS);
    Seen now = new Seen(content, nanos, before.waited() + passed);
    seen.put(run, now);
    return now.waited() >= limit.toNanos();
  }
}
