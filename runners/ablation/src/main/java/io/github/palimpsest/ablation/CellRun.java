package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Inject;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.engine.NonFiniteLossException;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs one cell: scores before training, then task after task with scores after each, then the
 * result. Goes on where an interrupted run stopped, with the same bits.
 */
final class CellRun {
  /** Free disk beyond the checkpoints: results and scores. */
  private static final long RESULT_BYTES = 1 << 20;

  private final Plan plan;
  private final Cell cell;
  private final Subject subject;
  private final Strategy strategy;
  private final OutputFolder folder;
  private final CellRecord record;
  private final BaseScores baseScores;
  private final RunListener listener;
  private int task = -1;
  private long step;

  @Inject
  CellRun(
      Plan plan,
      Cell cell,
      Subject subject,
      Strategy strategy,
      OutputFolder folder,
      CellRecord record,
      BaseScores baseScores,
      RunListener listener) {
    this.plan = plan;
    this.cell = cell;
    this.subject = subject;
    this.strategy = strategy;
    this.folder = folder;
    this.record = record;
    this.baseScores = baseScores;
    this.listener = listener;
  }

  /**
   * Runs the cell to its result, or to the note of its failure.
   *
   * @return why it failed; empty if it has a result
   * @throws OutputException if results cannot be written
   */
  Optional<String> run() {
    folder.requireSpace(diskBytes());
    try {
      complete();
      listener.finished(cell);
      return Optional.empty();
    } catch (OutputException e) {
      throw e;
    } catch (RuntimeException e) {
      Optional<IOException> io = OutputException.behind(e);
      if (io.isPresent()) {
        throw new OutputException(e.getMessage(), io.get());
      }
      String reason = reason(e);
      TreeMap<String, ObjectNode> files = new TreeMap<>();
      files.put(OutputFolder.FAILED, record.failed(task, step, reason));
      folder.finish(cell.id(), files);
      listener.failed(cell, reason);
      return Optional.of(reason);
    }
  }

  private String reason(RuntimeException e) {
    if (e instanceof NonFiniteLossException n) {
      task = n.task();
      step = n.step();
    }
    return e instanceof PalimpsestException
        ? e.getMessage()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private void complete() {
    Path work = folder.work(cell.id());
    List<DataSet> tasks = plan.experiment().tasks();
    ScoreRows scores =
        new ScoreRows(
            tasks.stream().map(DataSet::name).toList(),
            tasks.get(0).measure().higherIsBetter(),
            ScoreLog.read(work));
    CellTiming timing = new CellTiming(!scores.rows().isEmpty());
    Training training = plan.experiment().training();
    List<TaskData> data = IntStream.range(0, tasks.size()).mapToObj(subject::task).toList();
    List<Long> steps = data.stream().map(d -> training.steps(d.examples().size())).toList();
    listener.started(cell, steps.stream().mapToLong(Long::longValue).sum());
    WeightSnapshot pretrained = subject.pretrained(cell.seed());
    if (scores.rows().isEmpty()) {
      scores = plus(scores, baseScores.of(pretrained, () -> row(pretrained, -1, timing)), work);
    }
    TaskLoop loop =
        new TaskLoop(
            subject.model(),
            pretrained,
            strategy,
            training,
            cell.seed(),
            data,
            plan.experiment().device(),
            work.resolve("checkpoint"));
    for (int t = 0; t < tasks.size(); t++) {
      if (t >= loop.trainedTasks()) {
        train(loop, data.get(t), steps, timing);
      }
      // an interruption may lie between the end of a task and its scores
      if (scores.rows().size() <= t + 1) {
        scores = plus(scores, row(loop.weights(), t, timing), work);
      }
    }
    TreeMap<String, ObjectNode> files = new TreeMap<>();
    files.put(OutputFolder.RESULT, record.result(scores, steps));
    ObjectNode measured = JsonFile.object();
    measured.set("measured", timing.json(plan.experiment().device().toString()));
    files.put(OutputFolder.TIMING, measured);
    folder.finish(cell.id(), files);
  }

  private void train(TaskLoop loop, TaskData data, List<Long> steps, CellTiming timing) {
    task = data.index();
    long before = steps.subList(0, task).stream().mapToLong(Long::longValue).sum();
    timing.taskBegins();
    loop.train(
        (t, s, total, loss) -> {
          step = s;
          timing.step();
          listener.step(cell, data.name(), before + s, loss);
        });
  }

  private static ScoreRows plus(ScoreRows scores, SortedMap<String, SetScore> row, Path work) {
    ScoreRows more = scores.plus(row);
    ScoreLog.write(work, more.rows());
    return more;
  }

  /** The scores of all evaluation sets. */
  private SortedMap<String, SetScore> row(WeightSnapshot weights, int trained, CellTiming timing) {
    String moment = trained < 0 ? "before training" : "after " + subject.task(trained).name();
    listener.evaluating(cell, moment);
    long begun = System.nanoTime();
    TreeMap<String, SetScore> row = new TreeMap<>();
    Stream.concat(plan.experiment().tasks().stream(), plan.experiment().kept().stream())
        .map(DataSet::name)
        .forEach(
            set -> {
              SetScore score = subject.score(set, weights);
              if (!Double.isFinite(score.value())) {
                throw new PalimpsestException(
                    "the score of '" + set + "' " + moment + " is " + score.value());
              }
              row.put(set, score);
            });
    timing.evaluated(System.nanoTime() - begun);
    return row;
  }

  /** What two checkpoints, the old and the new one, may take. */
  private long diskBytes() {
    Cost cost = record.cost();
    long floats = subject.model().parameters().stream().mapToLong(p -> p.shape().size()).sum();
    double copies =
        2 + cost.slotsPerParameter() + cost.snapshotsPerTask() * plan.experiment().tasks().size();
    return (long) (2 * Float.BYTES * floats * copies) + RESULT_BYTES;
  }
}
