package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.EventLines;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import java.io.PrintWriter;

/** Tells a {@link WorkerPool} what happens in its worker: a line on standard output each. */
final class WorkerEvents implements RunListener {
  private static final long STEP_EVERY_NANOS = 200_000_000L;

  private final PrintWriter out;
  private long lastStep;

  WorkerEvents(PrintWriter out) {
    this.out = out;
  }

  /** Writes the event; of steps, one in a while. */
  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.Step) {
      long now = System.nanoTime();
      if (now - lastStep <= STEP_EVERY_NANOS) {
        return;
      }
      lastStep = now;
    }
    out.println(EventLines.write(event));
    out.flush();
  }
}
