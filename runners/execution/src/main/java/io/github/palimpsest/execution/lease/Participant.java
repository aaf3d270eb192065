package io.github.palimpsest.execution.lease;

import io.github.palimpsest.storage.Host;
import java.time.Duration;

/**
 * How a run takes part in the work on a folder.
 *
 * @param host the system on which it runs
 * @param pace how time passes for it
 * @param lease the time without a heartbeat after which others may take its work over
 */
public record Participant(Host host, Pace pace, Duration lease) {
  /** The default time of a lease. */
  public static final Duration USUAL_LEASE = Duration.ofMinutes(1);

  /** The number of heartbeats that have to be missed. */
  static final int BEATS = 12;

  /** This process, with the default time of a lease. */
  public static final Participant USUAL = of(USUAL_LEASE);

  /** This process. */
  public static Participant of(Duration lease) {
    return new Participant(Host.current(), Pace.REAL, lease);
  }

  /** The time between two heartbeats. */
  public Duration beat() {
    return lease.dividedBy(BEATS);
  }
}
