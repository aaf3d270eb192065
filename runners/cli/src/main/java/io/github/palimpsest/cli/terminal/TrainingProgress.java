package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.text.Hours;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress of a single training. On a terminal: one line that is rewritten; elsewhere a line for
 * the first step, the last one, and every few steps. Events such as evaluations always have lines.
 */
public final class TrainingProgress implements AutoCloseable {
  /** Without a stated number of steps between lines, there are about this many lines. */
  private static final int LINES = 20;

  private static final int UPDATE_MILLIS = 250;

  private final PrintWriter err;
  private final boolean quiet;
  private final long every;
  private final Optional<TerminalLines> terminal;
  private final Optional<ProgressBar> bar;
  private long begun;
  private long evaluating;
  private long tokens;
  private long timed;

  /**
   * What is shown of a step.
   *
   * @param step finished steps
   * @param total the steps of the training
   * @param loss its objective
   * @param rate its learning rate, if the recipe has one
   * @param norm the norm of its gradient, if it is known
   * @param tokens the tokens of its examples
   */
  public record Step(
      long step, long total, double loss, OptionalDouble rate, OptionalDouble norm, long tokens) {}

  private TrainingProgress(PrintWriter err, boolean quiet, long every, int columns) {
    this.err = err;
    this.quiet = quiet;
    this.every = every;
    this.terminal =
        quiet || columns == 0
            ? Optional.empty()
            : Optional.of(new TerminalLines(System.err, TerminalSize.following(columns), 1));
    this.bar = terminal.map(this::bar);
  }

  /**
   * Shows a training on standard error. If that is a terminal, the launcher gives its width in
   * {@code palimpsest.columns}.
   *
   * @param quiet whether steps and evaluations are not shown
   * @param every steps between lines; 0 for a number that depends on the total
   */
  public static TrainingProgress on(PrintWriter err, boolean quiet, long every) {
    return new TrainingProgress(err, quiet, every, Integer.getInteger("palimpsest.columns", 0));
  }

  private ProgressBar bar(TerminalLines lines) {
    return new ProgressBarBuilder()
        .setTaskName("train")
        .setInitialMax(1)
        .setUnit(" steps", 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(lines.line(0))
        .setEtaFunction(state -> left(state.getMax() - state.getCurrent()))
        .build();
  }

  /** Whether a step has a line of its own where there is no terminal. */
  public static boolean hasLine(long step, long total, long every) {
    long each = every == 0 ? Math.max(1, total / LINES) : every;
    return step == 1 || step == total || step % each == 0;
  }

  /** Prints a line, above the progress of a terminal. */
  public void print(String line) {
    terminal.ifPresentOrElse(lines -> lines.print(line), () -> err.println(line));
  }

  /** A step has ended. The first one builds the graph, so it does not count for the speed. */
  public synchronized void step(Step s) {
    long now = System.nanoTime();
    if (begun == 0) {
      begun = now;
      evaluating = 0;
    } else {
      tokens += s.tokens();
      timed++;
    }
    double seconds = (now - begun - evaluating) / 1e9;
    String about =
        numbers(s)
            + (timed == 0
                ? ""
                : String.format(Locale.ROOT, ", %.0f tokens/s", tokens / Math.max(1e-9, seconds)));
    bar.ifPresent(b -> b.maxHint(s.total()).stepTo(s.step()).setExtraMessage(" " + about));
    if (!quiet && bar.isEmpty() && hasLine(s.step(), s.total(), every)) {
      String left =
          left(s.total() - s.step())
              .filter(d -> s.step() < s.total())
              .map(d -> ", about " + Hours.of(d) + " left")
              .orElse("");
      err.println("step " + s.step() + " of " + s.total() + ", " + about + left);
    }
  }

  private static String numbers(Step s) {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "loss %.4f", s.loss()));
    s.rate().ifPresent(r -> text.append(String.format(Locale.ROOT, ", learning rate %.3g", r)));
    s.norm().ifPresent(n -> text.append(String.format(Locale.ROOT, ", gradient norm %.3g", n)));
    return text.toString();
  }

  /** The time that some steps will take, with the evaluations between them. */
  private synchronized Optional<Duration> left(long steps) {
    return timed == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((System.nanoTime() - begun) / timed * steps));
  }

  /**
   * Held-out data were evaluated.
   *
   * @param step finished steps
   * @param total the steps of the training
   * @param loss the held-out loss
   * @param best how it compares with the lowest one so far
   * @param nanos the time that it took
   */
  public synchronized void evaluated(long step, long total, double loss, String best, long nanos) {
    evaluating += nanos;
    if (!quiet) {
      print(
          String.format(
              Locale.ROOT, "step %d of %d, held-out loss %.4f%s", step, total, loss, best));
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
