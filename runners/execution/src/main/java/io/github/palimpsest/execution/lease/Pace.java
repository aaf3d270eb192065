package io.github.palimpsest.execution.lease;

import io.github.palimpsest.storage.OutputException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** How time passes for a run. */
public interface Pace {
  /** The time of this process. */
  Pace REAL = new Real();

  /** Monotonic time in nanoseconds, from an arbitrary origin. */
  long nanos();

  /** The time of this machine's clock; only printed, never compared. */
  Instant clock();

  /** Waits for a while. */
  void pause(Duration time);

  /**
   * Does something again and again until it is closed.
   *
   * @param interval the time between two calls
   */
  Beating every(Duration interval, Runnable beat);

  /** Something that is done again and again. */
  interface Beating extends AutoCloseable {
    /** It is not done any more. */
    @Override
    void close();
  }

  /** The time of this process. */
  final class Real implements Pace {
    private Real() {}

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Instant clock() {
      return Instant.now();
    }

    @Override
    public void pause(Duration time) {
      try {
        Thread.sleep(time.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OutputException("the run was interrupted while it waited for another run");
      }
    }

    @Override
    public Beating every(Duration interval, Runnable beat) {
      ScheduledExecutorService beats =
          Executors.newSingleThreadScheduledExecutor(
              work -> {
                Thread thread = new Thread(work, "heartbeat");
                thread.setDaemon(true);
                return thread;
              });
      long nanos = interval.toNanos();
      beats.scheduleWithFixedDelay(beat, nanos, nanos, TimeUnit.NANOSECONDS);
      return beats::shutdownNow;
    }
  }
}
