package io.github.palimpsest.execution.lease;

import io.github.palimpsest.storage.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when a test or a waiting run says so. Nothing beats by itself. */
public final class Ticks implements Pace {
  private final AtomicLong nanos;
  private final Instant clock;
  private final boolean passes;

  /**
   * @param origin what the monotonic time begins with, and the machine's clock as well
   * @param passes whether time passes while a run waits
   */
  public Ticks(Duration origin, boolean passes) {
    this.nanos = new AtomicLong(origin.toNanos());
    this.clock = Instant.EPOCH.plus(origin);
    this.passes = passes;
  }

  /** A run on a host of its own, whose processes others cannot see. */
  public Participant on(String host) {
    return new Participant(new Host(host, "system of " + host), this, Participant.USUAL_LEASE);
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public Instant clock() {
    return clock;
  }

  @Override
  public void pause(Duration time) {
    if (passes) {
      pass(Duration.ofSeconds(10));
    } else {
      Thread.yield(); // until another thread has gone on
    }
  }

  @Override
  public Beating every(Duration interval, Runnable beat) {
    return () -> {};
  }
}
