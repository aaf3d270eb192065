package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.execution.probe.ProbeListener;
import java.io.PrintWriter;
import java.time.Duration;

/** Progress of measurements: a line when one begins, and a line every few seconds. */
public final class ProbeProgress implements ProbeListener {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintWriter err;
  private long all;
  private long measured;
  private long failed;
  private long lastLine;

  public ProbeProgress(PrintWriter err) {
    this.err = err;
  }

  /** How many measurements there will be. */
  public void expect(long measurements) {
    all = measurements;
  }

  @Override
  public void begun(String of, Component<Probe> probe, long passes) {
    lastLine = System.nanoTime();
    err.println(
        "["
            + (measured + 1)
            + "/"
            + all
            + "] "
            + of
            + " "
            + probe.id()
            + ": up to "
            + passes
            + " passes");
  }

  @Override
  public void passed(String of, long done, long passes) {
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
  public void failed(String of, Component<Probe> probe, String reason) {
    measured++;
    failed++;
    err.println("palimpsest: " + of + " " + probe.id() + ": " + reason);
  }

  /** How many measurements there could not be. */
  public long failed() {
    return failed;
  }

  @Override
  public void measured(String of) {
    measured++;
  }
}
