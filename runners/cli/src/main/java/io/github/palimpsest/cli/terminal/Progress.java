package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.TokenRate;
import io.github.palimpsest.execution.pool.GridWork;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.text.Hours;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress of a run. On a terminal: a bar for the grid, with the remaining time, and one for each
 * worker; plain lines otherwise. If standard error is a terminal, the launcher gives its width in
 * {@code palimpsest.columns}.
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
  private final int workers;
  private final Optional<SharedWork> shared;
  private final Set<String> done = new HashSet<>();
  private final Map<Integer, TokenRate> rates = new TreeMap<>();
  private int failed;
  private long lastLine = System.nanoTime();

  private Progress(
      PrintWriter err, Plan plan, RunSettings settings, int workers, Optional<SharedWork> shared) {
    int columns = Integer.getInteger("palimpsest.columns", 0);
    this.err = err;
    this.plan = plan;
    this.work = new GridWork(plan, settings.stages(plan), System::nanoTime);
    this.shared = shared;
    this.workers = workers;
    if (columns == 0) {
      this.terminal = Optional.empty();
      return;
    }
    Supplier<TerminalSize> size = TerminalSize.following(columns);
    // more lines than the terminal has could not be rewritten
    int shown = Math.max(0, Math.min(workers, size.get().rows() - 2));
    TerminalLines lines = new TerminalLines(System.err, size, shown + 1);
    this.terminal = Optional.of(lines);
    addBars(lines, shown);
  }

  /**
   * The progress of a run.
   *
   * @param workers the number of workers that have a bar each on a terminal
   */
  public static Progress on(PrintWriter err, Plan plan, RunSettings settings, int workers) {
    return new Progress(err, plan, settings, workers, Optional.empty());
  }

  /** The progress of one worker on a folder that others may work on too. */
  public static Progress joining(
      PrintWriter err, Plan plan, RunSettings settings, SharedWork shared) {
    return new Progress(err, plan, settings, 1, Optional.of(shared));
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
    return shared.isPresent() ? shared.get().timeLeft() : work.timeLeft();
  }

  /** Announces the run when it is certain that it can start. */
  void planned() {
    print(
        plan.experiment().name()
            + ": "
            + plan.cells().size()
            + " cells, "
            + plan.excluded().size()
            + " excluded"
            + (workers > 1 ? ", " + workers + " workers" : ""));
  }

  /** Prints a line above the bars. */
  public synchronized void print(String line) {
    terminal.ifPresentOrElse(
        lines -> lines.print(line),
        () -> err.println(shared.map(s -> s.stamped(line)).orElse(line)));
  }

  /** Receives the events of one worker. */
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
                " %d of %d cells, %d of %d trainings%s%s",
                done.size(),
                plan.cells().size(),
                work.trainedStages(),
                work.trainedStages() + work.openStages(),
                failed == 0 ? "" : ", " + failed + " failed",
                tokensPerSecond()));
  }

  /** The tokens per second of all workers that train now. */
  private String tokensPerSecond() {
    double all = rates.values().stream().mapToDouble(r -> r.perSecond().orElse(0)).sum();
    return all > 0 ? words(OptionalDouble.of(all)) : "";
  }

  private static String words(OptionalDouble rate) {
    return rate.isPresent()
        ? String.format(Locale.ROOT, ", %.0f tokens/s", rate.getAsDouble())
        : "";
  }

  private String aboutLeft() {
    return timeLeft()
        .filter(left -> work.left() > 0)
        .map(left -> "; about " + Hours.of(left) + " left")
        .orElse("");
  }

  private String place() {
    return "[" + done.size() + "/" + plan.cells().size() + "] ";
  }

  private String name(Cell cell) {
    return cell.label() + ", seed " + cell.seed();
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
    public void on(RunEvent event) {
      if (event instanceof RunEvent.Damaged damaged) {
        print("palimpsest: " + damaged.message());
        return;
      }
      synchronized (Progress.this) {
        if (event instanceof RunEvent.Planned) {
          planned();
        } else if (event instanceof RunEvent.Open open) {
          work.open(open.passes());
          show();
        } else if (event instanceof RunEvent.Skipped skipped) {
          close(skipped.cell());
        } else if (event instanceof RunEvent.Training training) {
          String task = plan.experiment().tasks().get(training.task()).name();
          work.trained(place);
          rates.remove(place);
          says(task + " of " + name(plan.cell(training.cell())), "");
        } else if (event instanceof RunEvent.Step step) {
          step(step);
        } else if (event instanceof RunEvent.Scoring scoring) {
          work.trained(place);
          rates.remove(place);
          says("scoring " + name(plan.cell(scoring.cell())) + " " + scoring.moment(), "");
          show();
        } else if (event instanceof RunEvent.Checking checking) {
          checking(checking.bytes(), checking.all());
        } else if (event instanceof RunEvent.Finished finished) {
          finished(plan.cell(finished.cell()));
        } else if (event instanceof RunEvent.Failed failure) {
          failed(plan.cell(failure.cell()), failure.reason());
        }
      }
    }

    private boolean close(String cell) {
      work.closed(cell);
      boolean first = done.add(cell);
      show();
      return first;
    }

    private void step(RunEvent.Step s) {
      work.step(place, s.stage(), s.step(), s.steps());
      TokenRate rate = rates.computeIfAbsent(place, p -> new TokenRate(System::nanoTime));
      rate.step(s.stage(), s.tokens());
      String numbers = String.format(Locale.ROOT, "loss %.3f", s.loss()) + words(rate.perSecond());
      says(doing, numbers);
      if (place + 1 < bars.size()) {
        bars.get(place + 1).maxHint(s.steps()).stepTo(s.step());
      }
      show();
      if (bars.isEmpty() && System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
        lastLine = System.nanoTime();
        print(
            String.format(
                Locale.ROOT,
                "%sworker %d: %s: step %d of %d, %s%s",
                place(),
                place + 1,
                doing,
                s.step(),
                s.steps(),
                numbers,
                aboutLeft()));
      }
    }

    private void checking(long bytes, long all) {
      long now = System.nanoTime();
      if (all < MUCH || (bytes > 0 && bytes < all && now - lastLine <= LINE_EVERY_NANOS)) {
        return;
      }
      lastLine = now;
      String what = bytes == 0 ? "" : String.format(Locale.ROOT, "%.1f of ", bytes / 1e9);
      print(String.format(Locale.ROOT, "checking what is done: %s%.1f GB", what, all / 1e9));
    }

    private void says(String what, String more) {
      doing = what;
      if (place + 1 < bars.size()) { // the end of a long name is what a narrow terminal cuts off
        bars.get(place + 1).setExtraMessage(" " + (more.isEmpty() ? "" : more + ": ") + doing);
      }
    }

    /** Said by the one worker that wrote the result; another may have seen the result before. */
    private void finished(Cell cell) {
      work.trained(place);
      rates.remove(place);
      close(cell.id());
      if (bars.isEmpty()) {
        lastLine = System.nanoTime();
        print(place() + name(cell) + ": done" + aboutLeft());
      }
    }

    private void failed(Cell cell, String reason) {
      work.dropped(place);
      rates.remove(place);
      failed += close(cell.id()) ? 1 : 0;
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

    /** The worker's process has ended. */
    public void lost() {
      synchronized (Progress.this) {
        work.dropped(place);
        rates.remove(place);
        says("", "");
        show();
      }
    }
  }
}
