package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.execution.probe.ProbeListener;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.results.folder.Measurement;
import java.io.PrintWriter;
import java.time.Duration;

/** How far measurements are: a line when one begins, and one every few seconds. */
public final class ProbeProgress implements ProbeListener {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintWriter err;
  private final long all;
  private long measured;
  private long failed;
  private long lastLine;

  public ProbeProgress(PrintWriter err, long all) {
    this.err = err;
    this.all = all;
  }

  @Override
  public void begun(Cell cell, Component<Probe> probe, long passes) {
    lastLine = System.nanoTime();
    err.println(
        "["
            + (measured + 1)
            + "/"
            + all
            + "] "
            + cell.id()
            + " "
            + probe.id()
            + ": up to "
            + passes
            + " passes");
  }

  @Override
  public void passed(Cell cell, long done, long passes) {
    if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
      lastLine = System.nanoTime();
      err.println("  " + done + " of " + passes + " passes");
    }
  }

  @Override
  public void damaged(String message) {
    err.println("palimpsest: " + message);
  }

  @Override
  public void failed(Cell cell, Component<Probe> probe, String reason) {
    measured++;
    failed++;
    err.println("palimpsest: " + cell.id() + " " + probe.id() + ": " + reason);
  }

  /** How many measurements there could not be. */
  public long failed() {
    return failed;
  }

  @Override
  public void measured(Cell cell, Measurement measurement) {
    measured++;
  }
}
