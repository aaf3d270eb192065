package io.github.palimpsest.results.folder;

import io.github.palimpsest.storage.Host;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A run on an output folder, as other runs know it.
 *
 * @param id random, for this run alone: 16 hexadecimal digits
 * @param host the name of its host
 * @param system its {@link Host#system}
 * @param leaseSeconds the time without a heartbeat after which others may take its work over
 */
public record RunWorker(String id, String host, String system, Double leaseSeconds) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final double LONGEST = 1e9;
  private static final double NANOS = 1e9;

  /** Refuses a record without one of its fields, or that no run can have written. */
  public RunWorker {
    JsonFile.required(id, "id");
    JsonFile.required(host, "host");
    JsonFile.required(system, "system");
    JsonFile.required(leaseSeconds, "lease_seconds");
    if (!ID.matcher(id).matches() || !(leaseSeconds > 0 && leaseSeconds < LONGEST)) {
      throw new IllegalArgumentException("'id' or 'lease_seconds' is not one of a run");
    }
  }

  /**
   * A run of a process of this system.
   *
   * @param host that system
   */
  public static RunWorker of(String id, Host host, Duration lease) {
    return new RunWorker(id, host.name(), host.system(), lease.toNanos() / NANOS);
  }

  /** The time without a heartbeat after which others may take its work over. */
  public Duration lease() {
    return Duration.ofNanos((long) (leaseSeconds * NANOS));
  }

  /** Whether its process has a number that this process can look up. */
  boolean near() {
    return system.equals(Host.current().system());
  }
}
