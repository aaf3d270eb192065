package io.github.palimpsest.execution.memory;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;

/** The memory that this machine, or the container of this process, has. */
public final class MachineMemory {
  private MachineMemory() {}

  /** Bytes; the limit of the container (cgroup) if there is one. */
  public static long bytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /**
   * A warning that the workers of a run do not fit.
   *
   * @param workers the number of processes
   * @param each the predicted peak of each, in bytes
   * @param machine the memory of the machine, in bytes
   * @return empty if they fit
   */
  public static Optional<String> warning(int workers, long each, long machine) {
    if (each <= machine / workers) {
      return Optional.empty();
    }
    long fit = machine / each;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%d worker%s of about %,.0f MB need%s more than the %,.0f MB of this machine: %s",
            workers,
            workers == 1 ? "" : "s",
            each / 1e6,
            workers == 1 ? "s" : "",
            machine / 1e6,
            fit > 0
                ? "at most --workers " + fit + " fit"
                : "take a smaller batch or accumulation, a smaller max-length, an adapter, or"
                    + " another machine"));
  }
}
