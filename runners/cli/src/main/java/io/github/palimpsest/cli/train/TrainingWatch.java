package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.cli.terminal.TrainingProgress;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.StepReport;
import io.github.palimpsest.execution.CellTiming;
import io.github.palimpsest.results.folder.Evaluations;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.TrainingLayout;
import io.github.palimpsest.storage.DamagedFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a training: logs and shows its steps, evaluates, and decides what is kept and when it
 * ends. Every evaluation is on the disk before the next step, so a training that continues from a
 * checkpoint has those of all earlier steps.
 */
final class TrainingWatch implements StepListener {
  private final RunOptions options;
  private final TrainingLayout layout;
  private final @Nullable HeldOutLoss loss;
  private final LossLog log;
  private final TrainingProgress progress;
  private final Optional<Schedule> rate;
  private final CellTiming timing;
  private final BooleanSupplier interrupted;
  private Evaluations evaluations = Evaluations.NONE;
  private long planned;
  private boolean begun;
  private boolean improved;
  private boolean exhausted;

  TrainingWatch(
      RunOptions options,
      TrainingLayout layout,
      @Nullable HeldOutLoss loss,
      LossLog log,
      TrainingProgress progress,
      Optional<Schedule> rate,
      CellTiming timing,
      BooleanSupplier interrupted) {
    this.options = options;
    this.layout = layout;
    this.loss = loss;
    this.log = log;
    this.progress = progress;
    this.rate = rate;
    this.timing = timing;
    this.interrupted = interrupted;
  }

  @Override
  public boolean measuresGradientNorm() {
    return true;
  }

  @Override
  public void onStep(int task, long step, long totalSteps, double loss) {}

  @Override
  public void onStep(StepReport s) {
    begin(s.step() - 1);
    timing.step();
    log.step(s.step(), s.totalSteps(), s.loss(), s.gradientNorm());
    OptionalDouble now =
        rate.map(r -> OptionalDouble.of(r.at(s.step() - 1, s.totalSteps())))
            .orElse(OptionalDouble.empty());
    long tokens = s.examples().stream().mapToLong(Example::tokens).sum();
    progress.step(
        new TrainingProgress.Step(
            s.step(), s.totalSteps(), s.loss(), now, s.gradientNorm(), tokens));
  }

  /** Training begins after a number of steps; evaluations after it are made again. */
  private void begin(long done) {
    if (begun) {
      return;
    }
    begun = true;
    if (options.resume) {
      progress.print(
          done == 0
              ? "there is no checkpoint yet: starting with the first step"
              : "continuing after step " + done);
    }
    if (loss == null || done == 0) {
      return;
    }
    evaluations = Evaluations.read(layout.evaluations()).upTo(done);
    long expected = 1 + (options.evalEvery == 0 ? 0 : done / options.evalEvery);
    if (evaluations.evaluations().size() != expected) {
      throw new DamagedFileException(
          layout.evaluations(), "it lacks an evaluation before step " + (done + 1));
    }
  }

  @Override
  public boolean looks(long step, long total) {
    boolean regular = options.evalEvery > 0 && step % options.evalEvery == 0;
    planned = total;
    return loss != null && (step == 0 || step == total || regular);
  }

  @Override
  public void weights(int task, long step, WeightSnapshot weights) {
    if (loss == null) {
      return;
    }
    if (step == 0) {
      begin(0);
    }
    long begins = System.nanoTime();
    double now = loss.of(weights, step);
    Optional<Evaluations.Evaluation> before = evaluations.best();
    improved = before.isEmpty() || now < before.get().loss();
    evaluations = evaluations.plus(step, now);
    JsonFile.writeSealed(layout.evaluations(), evaluations);
    exhausted =
        options.stopAfter > 0
            && evaluations.sinceImprovement(options.minImprovement) >= options.stopAfter;
    long nanos = System.nanoTime() - begins;
    timing.scored(nanos);
    String best =
        before
            .filter(b -> !improved)
            .map(
                b ->
                    String.format(
                        Locale.ROOT, "; the lowest is %.4f of step %d", b.loss(), b.step()))
            .orElse(improved && step > 0 ? "; the lowest so far" : "");
    progress.evaluated(step, planned, now, best, nanos);
    if (exhausted) {
      progress.print("stopping early: no improvement in " + options.stopAfter + " evaluations");
    }
  }

  @Override
  public boolean keeps() {
    return improved && options.savesBest();
  }

  @Override
  public boolean ends() {
    return exhausted;
  }

  @Override
  public boolean stops() {
    boolean stops = interrupted.getAsBoolean();
    if (stops) {
      log.flush(); // before the checkpoint from which a later process continues
    }
    return stops;
  }
}
