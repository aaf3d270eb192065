package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Cell;
import io.github.palimpsest.ablation.Plan;
import io.github.palimpsest.ablation.RunListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is: a bar with the time left on a terminal, plain lines otherwise. The launcher
 * says in {@code palimpsest.columns} how wide the terminal is, if standard error is one.
 */
final class Progress implements RunListener, AutoCloseable {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int UPDATE_MILLIS = 250;

  private final PrintWriter err;
  private final Plan plan;
  private final int columns;
  private @Nullable ProgressBar bar;
  private int cellsDone;
  private int cellsRun;
  private long cellSteps;
  private long begun;
  private long lastLine;

  private Progress(PrintWriter err, Plan plan, int columns) {
    this.err = err;
    this.plan = plan;
    this.columns = columns;
  }

  static Progress on(PrintWriter err, Plan plan) {
    return new Progress(err, plan, Integer.getInteger("palimpsest.columns", 0));
  }

  @Override
  public void planned(Plan p) {
    begun = System.nanoTime();
    err.println(
        p.experiment().name()
            + ": "
            + p.cells().size()
            + " cells, "
            + p.excluded().size()
            + " excluded");
  }

  @Override
  public void skipped(Cell cell) {
    cellsDone++;
  }

  @Override
  public void started(Cell cell, long steps) {
    cellSteps = steps;
    lastLine = System.nanoTime();
    if (columns == 0) {
      err.println(name(cell) + ": " + steps + " steps");
      return;
    }
    long all = steps * plan.cells().size();
    if (bar == null) {
      // the width is given, so that the bar does not look for a terminal itself
      bar =
          new ProgressBarBuilder()
              .setTaskName("steps")
              .setInitialMax(all)
              .startsFrom(steps * cellsDone, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(System.err, columns - 1))
              .build();
    }
    bar.setExtraMessage(" " + name(cell));
  }

  @Override
  public void step(Cell cell, String task, long stepsDone, double loss) {
    if (bar != null) {
      bar.stepTo(cellsDone * cellSteps + stepsDone);
    } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
      lastLine = System.nanoTime();
      err.printf(
          Locale.ROOT,
          "%s: task %s, step %d of %d, loss %.3f%s%n",
          name(cell),
          task,
          stepsDone,
          cellSteps,
          loss,
          timeLeft((double) stepsDone / Math.max(1, cellSteps)));
    }
  }

  @Override
  public void finished(Cell cell) {
    cellsDone++;
    cellsRun++;
    if (bar == null) {
      err.println(place() + plan.label(cell) + ", seed " + cell.seed() + ": done" + timeLeft(0));
    }
  }

  @Override
  public void failed(Cell cell, String reason) {
    cellsDone++;
    cellsRun++;
    err.println(
        "palimpsest: cell "
            + cell.id()
            + " failed: "
            + cell.recipe()
            + ", seed "
            + cell.seed()
            + ": "
            + reason);
  }

  /** The time that the cells left take, if they take as long as those so far. */
  private String timeLeft(double partOfCell) {
    double run = cellsRun + partOfCell;
    double left = plan.cells().size() - cellsDone - partOfCell;
    if (run <= 0 || left <= 0) {
      return "";
    }
    long seconds = Math.round((System.nanoTime() - begun) / 1e9 / run * left);
    return String.format(Locale.ROOT, "; about %d:%02d min left", seconds / 60, seconds % 60);
  }

  private String name(Cell cell) {
    return "["
        + (cellsDone + 1)
        + "/"
        + plan.cells().size()
        + "] "
        + plan.label(cell)
        + ", seed "
        + cell.seed();
  }

  private String place() {
    return "[" + cellsDone + "/" + plan.cells().size() + "] ";
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
