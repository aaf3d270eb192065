package io.github.palimpsest.execution;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StagePoints;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Scores the weights of a stage at evenly spaced steps while it is trained: its task and the
 * earlier ones with their loss, and the evaluation sets. The scores are in {@code points.json} of
 * the stage's folder before the next step is taken, so a run that continues from a checkpoint has
 * those of all earlier steps.
 */
final class PointScores {
  private final Plan plan;
  private final Subject subject;
  private final int task;
  private final Path file;
  private final SortedSet<Long> steps;
  private StagePoints points;
  private boolean begun;

  /**
   * @param stage the stage; that of a reference model has no points
   * @param total its steps
   * @param folder the folder of the running stage
   * @throws DamagedFileException if the points of an interrupted run have changed
   */
  PointScores(Plan plan, Subject subject, Stage stage, long total, Path folder) {
    this.plan = plan;
    this.subject = subject;
    this.task = stage.task();
    this.file = folder.resolve(FolderLayout.POINTS);
    int wanted = stage.reference() == null ? plan.experiment().points() : 0;
    this.steps = StagePoints.steps(total, wanted);
    this.points = steps.isEmpty() ? StagePoints.NONE : StagePoints.read(file);
  }

  /**
   * Training begins after a number of steps; points after it are scored again.
   *
   * @throws DamagedFileException if one before it is missing
   */
  private void begin(long done) {
    if (!begun) {
      begun = true;
      points = points.upTo(done);
      if (!points.at(steps.headSet(done + 1))) {
        throw new DamagedFileException(file, "it lacks a point before step " + (done + 1));
      }
    }
  }

  /** A step is about to be recorded. */
  void step(long step) {
    if (!steps.isEmpty()) {
      begin(step - 1);
    }
  }

  /** Whether the weights after a step are scored. */
  boolean wants(long step) {
    return steps.contains(step) && points.points().stream().noneMatch(p -> p.step() == step);
  }

  /**
   * Scores the weights after a step.
   *
   * @throws DivergedException if a score is not finite
   * @throws OutputException if the file cannot be written
   */
  void score(long step, WeightSnapshot weights) {
    Experiment e = plan.experiment();
    TreeMap<String, StagePoints.Score> sets = new TreeMap<>();
    for (DataSet set : e.tasks().subList(0, task + 1)) {
      double score = finite(subject.score(set.name(), weights).value(), "score", set, step);
      double loss =
          plan.scale(set.name()).isLoss()
              ? score
              : finite(subject.loss(set.name(), weights), "loss", set, step);
      sets.put(set.name(), new StagePoints.Score(score, loss));
    }
    for (DataSet set : e.evaluation()) {
      double score = finite(subject.score(set.name(), weights).value(), "score", set, step);
      sets.put(set.name(), new StagePoints.Score(score, null));
    }
    points = points.plus(step, sets);
    JsonFile.writeSealed(file, points);
  }

  private static double finite(double value, String what, DataSet set, long step) {
    if (!Double.isFinite(value)) {
      throw new DivergedException(
          "the " + what + " of '" + set.name() + "' after step " + step + " is " + value);
    }
    return value;
  }

  /**
   * Requires the points of all steps.
   *
   * @throws DamagedFileException if one is missing
   */
  void requireAll() {
    if (!points.at(steps)) {
      throw new DamagedFileException(file, "its points are not those of all steps");
    }
  }
}
