package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.pool.GridWork;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a run is: on a terminal a bar for the grid, with the time left, and one for each worker;
 * plain lines otherwise. The launcher says in {@code palimpsest.columns} how wide the terminal is,
 * if standard error is one.
 */
public final class Progress implements AutoCloseable {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int UPDATE_MILLIS = 250;

  /** So much is read in a second or two. */
  private static final long MUCH = 256L << 20;

  private final PrintWriter err;
  private final Plan plan;
  private final GridWork work;
  private final Optional<TerminalLines> terminal;
  private final List<ProgressBar> bars = new ArrayList<>();
  private final Set<String> done = new HashSet<>();
  private int failed;
  private long lastLine = System.nanoTime();

  private Progress(PrintWriter err, Plan plan, GridWork work, int workers, int columns) {
    this.err = err;
    this.plan = plan;
    this.work = work;
    this.terminal =
        columns == 0
            ? Optional.empty()
            : Optional.of(new TerminalLines(System.err, columns - 1, workers + 1));
    terminal.ifPresent(lines -> addBars(lines, workers));
  }

  public static Progress on(PrintWriter err, Plan plan, RunSettings settings, int workers) {
    GridWork work = new GridWork(plan, settings.stages(plan), System::nanoTime);
    return new Progress(err, plan, work, workers, Integer.getInteger("palimpsest.columns", 0));
  }

  private void addBars(TerminalLines lines, int workers) {
    for (int i = 0; i <= workers; i++) {
      ProgressBarBuilder builder =
          new ProgressBarBuilder()
              .setTaskName(i == 0 ? plan.experiment().name() : "worker " + i)
              .setInitialMax(1)
              .setUnit(i == 0 ? " passes" : " steps", 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(lines.line(i));
      bars.add((i == 0 ? builder.setEtaFunction(state -> timeLeft()) : builder.hideEta()).build());
    }
  }

  private synchronized Optional<Duration> timeLeft() {
    return work.timeLeft();
  }

  /** Says what is to be run, once it is sure that it can be. */
  void planned() {
    print(
        plan.experiment().name()
            + ": "
            + plan.cells().size()
            + " cells, "
            + plan.excluded().size()
            + " excluded");
  }

  /** Prints a line beside the bars. */
  public synchronized void print(String line) {
    terminal.ifPresentOrElse(lines -> lines.print(line), () -> err.println(line));
  }

  /** Listens to what one of the workers does. */
  public Worker worker(int place) {
    return new Worker(place);
  }

  private synchronized void show() {
    if (bars.isEmpty()) {
      return;
    }
    long now = Math.round(work.done());
    bars.get(0).maxHint(Math.max(1, Math.round(work.done() + work.left())));
    bars.get(0).stepTo(now);
    bars.get(0)
        .setExtraMessage(
            String.format(
                Locale.ROOT,
                " %d of %d cells, %d of %d trainings%s",
                done.size(),
                plan.cells().size(),
                work.trainedStages(),
                work.trainedStages() + work.openStages(),
                failed == 0 ? "" : ", " + failed + " failed"));
  }

  private String aboutLeft() {
    return work.timeLeft()
        .filter(left -> work.left() > 0)
        .map(
            left ->
                String.format(
                    Locale.ROOT,
                    "; about %d:%02d:%02d left",
                    left.toHours(),
                    left.toMinutesPart(),
                    left.toSecondsPart()))
        .orElse("");
  }

  private String place() {
    return "[" + done.size() + "/" + plan.cells().size() + "] ";
  }

  private String name(Cell cell) {
    return plan.label(cell) + ", seed " + cell.seed();
  }

  @Override
  public void close() {
    bars.forEach(ProgressBar::close);
  }

  /** One worker's part of the progress. */
  public final class Worker implements RunListener {
    private final int place;
    private String doing = "";

    private Worker(int place) {
      this.place = place;
    }

    @Override
    public void planned(Plan p) {
      Progress.this.planned();
    }

    @Override
    public void open(Map<String, Double> passes) {
      synchronized (Progress.this) {
        work.open(passes);
        show();
      }
    }

    @Override
    public void skipped(Cell cell) {
      close(cell);
    }

    private boolean close(Cell cell) {
      synchronized (Progress.this) {
        work.closed(cell);
        boolean first = done.add(cell.id());
        show();
        return first;
      }
    }

    @Override
    public void training(Cell cell, Stage stage) {
      synchronized (Progress.this) {
        work.trained(place);
        says(plan.experiment().tasks().get(stage.task()).name() + " of " + name(cell), "");
      }
    }

    @Override
    public void trained(Stage stage, long step, long steps, double loss) {
      synchronized (Progress.this) {
        work.step(place, stage, step, steps);
        says(doing, String.format(Locale.ROOT, ", loss %.3f", loss));
        if (!bars.isEmpty()) {
          bars.get(place + 1).maxHint(steps).stepTo(step);
        }
        show();
        if (bars.isEmpty() && System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
          lastLine = System.nanoTime();
          print(
              String.format(
                  Locale.ROOT,
                  "%sworker %d: %s: step %d of %d, loss %.3f%s",
                  place(),
                  place + 1,
                  doing,
                  step,
                  steps,
                  loss,
                  aboutLeft()));
        }
      }
    }

    private void says(String what, String more) {
      doing = what;
      if (!bars.isEmpty()) {
        bars.get(place + 1).setExtraMessage(" " + doing + more);
      }
    }

    @Override
    public void evaluating(Cell cell, String moment) {
      synchronized (Progress.this) {
        work.trained(place);
        says("scoring " + name(cell) + " " + moment, "");
        show();
      }
    }

    @Override
    public void finished(Cell cell) {
      synchronized (Progress.this) {
        work.trained(place);
        if (close(cell) && bars.isEmpty()) {
          lastLine = System.nanoTime();
          print(place() + name(cell) + ": done" + aboutLeft());
        }
      }
    }

    @Override
    public void failed(Cell cell, String reason) {
      synchronized (Progress.this) {
        work.dropped(place);
        failed += close(cell) ? 1 : 0;
        print(
            "palimpsest: cell "
                + cell.id()
                + " failed: "
                + cell.recipe()
                + ", seed "
                + cell.seed()
                + ": "
                + reason);
      }
    }

    @Override
    public void checking(long bytes, long all) {
      synchronized (Progress.this) {
        long now = System.nanoTime();
        if (all < MUCH || (bytes > 0 && bytes < all && now - lastLine <= LINE_EVERY_NANOS)) {
          return;
        }
        lastLine = now;
        String what = bytes == 0 ? "" : String.format(Locale.ROOT, "%.1f of ", bytes / 1e9);
        print(String.format(Locale.ROOT, "checking what is done: %s%.1f GB", what, all / 1e9));
      }
    }

    @Override
    public void damaged(String message) {
      print("palimpsest: " + message);
    }

    /** The worker's process is gone. */
    public void lost() {
      synchronized (Progress.this) {
        work.dropped(place);
        says("", "");
        show();
      }
    }
  }
}
