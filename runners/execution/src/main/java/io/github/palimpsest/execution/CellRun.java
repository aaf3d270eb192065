package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.StepReport;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.plan.Unmerged;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.folder.StageFailure;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Computes the result of one cell: a row of scores before training and one after each task, and
 * those of the training alone if a merger acts only at the end ({@link CellScores}). Each row is
 * measured once, and each stage trained once, for all cells that share it.
 */
final class CellRun {
  private final Plan plan;
  private final Stages stages;
  private final Cell cell;
  private final Subject subject;
  private final StageRun stageRun;
  private final DiskBudget disk;
  private final StageStore store;
  private final OutputFolder folder;
  private final CellRecord record;
  private final BaseScores baseScores;
  private final Repair repair;
  private final RunListener listener;
  private long evaluationNanos;

  @Inject
  CellRun(
      Plan plan,
      Stages stages,
      Cell cell,
      Subject subject,
      StageRun stageRun,
      DiskBudget disk,
      StageStore store,
      OutputFolder folder,
      CellRecord record,
      BaseScores baseScores,
      Repair repair,
      RunListener listener) {
    this.plan = plan;
    this.stages = stages;
    this.cell = cell;
    this.subject = subject;
    this.stageRun = stageRun;
    this.disk = disk;
    this.store = store;
    this.folder = folder;
    this.record = record;
    this.baseScores = baseScores;
    this.repair = repair;
    this.listener = listener;
  }

  /** A cell without a result, and the reason. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient StageFailure failure;

    Failed(StageFailure failure) {
      super(failure.reason());
      this.failure = failure;
    }
  }

  /**
   * Runs the cell until it has a result or a record of its failure.
   *
   * @return the reason of the failure; empty if it has a result
   * @throws Busy if another run is working on the next unit that it needs, or if such a unit was
   *     damaged and must be computed again
   * @throws OutputException if results cannot be written
   */
  Optional<String> run() throws Busy {
    return done(
        () -> {
          List<Long> steps = started();
          CellScores scores = scores(steps).with(references(steps));
          trainAgain(steps);
          finish(scores, steps);
        });
  }

  private List<Long> started() {
    folder.requireSpace(disk.bytes(cell));
    List<Long> steps = steps();
    listener.on(new RunEvent.Started(cell.id(), steps.stream().mapToLong(Long::longValue).sum()));
    return steps;
  }

  private List<Long> steps() {
    return stages.of(cell).stream().map(stageRun::steps).toList();
  }

  /**
   * Trains the stages of a finished cell again that are missing because they were damaged, and adds
   * the reference models that a metric needs since.
   */
  Optional<String> mend() throws Busy {
    return done(
        () -> {
          List<Long> steps = steps();
          trainAgain(steps);
          FolderLayout layout = new FolderLayout(folder.root());
          if (FinishedCells.lacksReferences(plan, layout, cell)) {
            Path file = layout.result(cell.id());
            CellScores scores = CellScores.of(noRows()).with(references(steps));
            CellResult result = JsonFile.read(file, CellResult.class);
            JsonFile.replace(
                file,
                FinishedCells.refreshed(
                    plan, new Origins(plan.registry()), result, scores.references()));
          }
        });
  }

  /**
   * Trains one stage of the cell.
   *
   * @return the reason of its failure, which is the cell's too
   */
  Optional<String> train(Stage stage) throws Busy {
    return done(
        () -> {
          List<Long> steps = started();
          train(stage, steps);
        });
  }

  private void trainAgain(List<Long> steps) throws Busy {
    for (Stage stage : stages.needed(cell)) {
      if (repair.lacks(stage)) {
        train(stage, steps);
      }
    }
  }

  /** A part of the work on a cell. */
  @FunctionalInterface
  private interface Work {
    void run() throws Busy;
  }

  private Optional<String> done(Work work) throws Busy {
    try {
      work.run();
      return Optional.empty();
    } catch (DamagedFileException e) {
      repair.setAside(e);
      throw new Busy(e.file().toString());
    } catch (OutputException | TrainingStoppedException e) {
      throw e;
    } catch (Failed e) {
      return Optional.of(fail(e.failure));
    } catch (RuntimeException | Error e) { // possibly a third party's merger or metric
      String reason = new Origins(plan.registry()).told(StageRun.reason(e), cell.recipe());
      return Optional.of(fail(new StageFailure(-1, 0, reason)));
    }
  }

  /** Several runs can find the same failure: the first one records it and tells it. */
  private String fail(StageFailure failure) throws Busy {
    TreeMap<String, Object> files = new TreeMap<>();
    files.put(FolderLayout.FAILED, record.failed(failure.task(), failure.step(), failure.reason()));
    if (publish(files, this::over)) {
      listener.on(new RunEvent.Failed(cell.id(), failure.reason()));
    } else if (over()) {
      listener.on(new RunEvent.Skipped(cell.id()));
    }
    return failure.reason();
  }

  private boolean over() {
    return folder.finished(cell.id()) || folder.failed(cell.id());
  }

  private CellScores scores(List<Long> steps) throws Busy {
    Recipe recipe = cell.recipe();
    Optional<Recipe> unmerged = Unmerged.of(recipe);
    if (unmerged.isEmpty()) {
      return CellScores.of(rows(recipe, steps));
    }
    ScoreRows training = rows(unmerged.get(), steps);
    return CellScores.of(training, row(recipe, training.tasks().size() - 1, steps));
  }

  /** The rows of the cell with the mergers of a recipe. */
  private ScoreRows rows(Recipe recipe, List<Long> steps) throws Busy {
    ScoreRows scores = noRows();
    for (int task = -1; task < scores.tasks().size(); task++) {
      scores = scores.plus(row(recipe, task, steps));
    }
    return scores;
  }

  private ScoreRows noRows() {
    List<DataSet> tasks = plan.experiment().tasks();
    return new ScoreRows(
        tasks.stream().map(DataSet::name).toList(),
        plan.scale(tasks.get(0).name()).higherIsBetter(),
        List.of());
  }

  /** The scores of the reference models that metrics need, each on its task. */
  private SortedMap<ReferenceTraining, SortedMap<String, SetScore>> references(List<Long> steps)
      throws Busy {
    TreeMap<ReferenceTraining, SortedMap<String, SetScore>> all = new TreeMap<>();
    for (Map.Entry<ReferenceTraining, List<Stage>> models : stages.references(cell).entrySet()) {
      TreeMap<String, SetScore> scores = new TreeMap<>();
      for (Stage stage : models.getValue()) {
        scores.putAll(reference(models.getKey(), stage, steps));
      }
      all.put(models.getKey(), scores);
    }
    return all;
  }

  private SortedMap<String, SetScore> reference(
      ReferenceTraining kind, Stage stage, List<Long> steps) throws Busy {
    String id = stages.row(cell, kind, stage.task());
    if (!store.hasRow(id)) {
      train(stage, steps);
    }
    return store.alone(
        id,
        () -> {
          if (store.hasRow(id)) {
            return store.row(id).orElseThrow();
          }
          String task = plan.experiment().tasks().get(stage.task()).name();
          String moment = "of the reference model (" + Stage.word(kind) + ") of " + task;
          listener.on(new RunEvent.Scoring(cell.id(), moment));
          SortedMap<String, SetScore> row =
              row(stageRun.weights(stage, Seats.of(stage.recipe())), Stream.of(task), moment);
          store.requireLease(id);
          return store.writeRow(id, row);
        });
  }

  private SortedMap<String, SetScore> row(Recipe recipe, int task, List<Long> steps) throws Busy {
    String id = stages.row(cell, recipe, task);
    Optional<SortedMap<String, SetScore>> known = store.row(id);
    if (known.isPresent()) {
      return known.get();
    }
    if (task >= 0) {
      boolean all = recipe.mergers().stream().anyMatch(ReadsHistory::in);
      for (int trained = all ? 0 : task; trained <= task; trained++) {
        train(trained, steps);
      }
      return scored(id, recipe, task);
    }
    try {
      return scored(id, recipe, task);
    } catch (Busy e) {
      // another run scores the pretrained weights for all cells: do other work in the meantime
      train(0, steps);
      return scored(id, recipe, task);
    }
  }

  private void train(int task, List<Long> steps) throws Busy {
    train(stage(task), steps);
  }

  private void train(Stage stage, List<Long> steps) throws Busy {
    Stage[] training = {stage};
    Optional<StageFailure> failed =
        stageRun.ensure(
            stage,
            begun -> {
              training[0] = begun;
              listener.on(new RunEvent.Training(cell.id(), begun.id(), begun.task()));
            },
            listen(training, steps));
    if (failed.isPresent()) {
      throw new Failed(failed.get());
    }
  }

  private SortedMap<String, SetScore> scored(String id, Recipe recipe, int task) throws Busy {
    return store.alone(
        id, () -> store.hasRow(id) ? store.row(id).orElseThrow() : written(id, recipe, task));
  }

  private SortedMap<String, SetScore> written(String id, Recipe recipe, int task) throws Busy {
    SortedMap<String, SetScore> row = measured(recipe, task);
    store.requireLease(id);
    return store.writeRow(id, row);
  }

  private Stage stage(int task) {
    return stages.of(cell).get(task);
  }

  /**
   * Tells of steps.
   *
   * @param training the stage that is being trained
   * @param steps of the cell's own stages; those of a reference model are none of them
   */
  private StepListener listen(Stage[] training, List<Long> steps) {
    return new StepListener() {
      private long tokens;

      @Override
      public void onStep(int task, long step, long total, double loss) {}

      @Override
      public void onStep(StepReport s) {
        Stage stage = training[0];
        boolean own = stage.reference() == null;
        String task = plan.experiment().tasks().get(stage.task()).name();
        long done =
            steps.subList(0, own ? stage.task() : steps.size()).stream()
                .mapToLong(Long::longValue)
                .sum();
        tokens += s.examples().stream().mapToLong(Example::tokens).sum();
        listener.on(
            new RunEvent.Step(
                cell.id(),
                stage.id(),
                own ? task : stage.referenceWord() + " reference of " + task,
                s.step(),
                s.totalSteps(),
                own ? done + s.step() : done,
                s.loss(),
                tokens));
      }

      @Override
      public boolean stops() {
        return listener.stops();
      }
    };
  }

  private SortedMap<String, SetScore> measured(Recipe recipe, int task) throws Busy {
    if (task < 0) {
      WeightSnapshot pretrained = subject.pretrained(cell.seed());
      return baseScores.of(
          pretrained,
          () -> {
            listener.on(new RunEvent.Scoring(cell.id(), "before training"));
            return row(pretrained, "before training");
          });
    }
    String moment = "after " + plan.experiment().tasks().get(task).name();
    listener.on(new RunEvent.Scoring(cell.id(), moment)); // a merger acts when the weights are read
    return row(stageRun.weights(stage(task), Seats.of(recipe)), moment);
  }

  /** The scores of all evaluation sets. */
  private SortedMap<String, SetScore> row(WeightSnapshot weights, String moment) {
    Stream<DataSet> all =
        Stream.concat(plan.experiment().tasks().stream(), plan.experiment().evaluation().stream());
    return row(weights, all.map(DataSet::name), moment);
  }

  private SortedMap<String, SetScore> row(
      WeightSnapshot weights, Stream<String> sets, String moment) {
    long begun = System.nanoTime();
    TreeMap<String, SetScore> row = new TreeMap<>();
    sets.forEach(
        set -> {
          SetScore score = subject.score(set, weights);
          if (!Double.isFinite(score.value())) {
            throw new DivergedException(
                "the score of '" + set + "' " + moment + " is " + score.value());
          }
          row.put(set, score);
        });
    evaluationNanos += System.nanoTime() - begun;
    return row;
  }

  private void finish(CellScores scores, List<Long> steps) throws Busy {
    // a metric that ends the process is one of this cell
    listener.on(new RunEvent.Scoring(cell.id(), "by metrics"));
    List<Timing> ofStages = stages.of(cell).stream().map(store::measured).toList();
    CellTimes times =
        new CellTimes(
            CellTiming.ofStages(ofStages, evaluationNanos),
            stages.of(cell).stream().map(Stage::id).toList());
    TreeMap<String, Object> files = new TreeMap<>();
    files.put(FolderLayout.RESULT, record.result(scores, steps, subject));
    files.put(FolderLayout.TIMING, times);
    if (publish(files, () -> folder.finished(cell.id()))) {
      listener.on(new RunEvent.Finished(cell.id()));
    }
  }

  /**
   * Whether this run made the cell's folder appear; another run may have been first.
   *
   * @param over whether there is nothing to publish any more
   */
  private boolean publish(SortedMap<String, Object> files, BooleanSupplier over) throws Busy {
    String unit = FolderLayout.cellLock(cell.id());
    return store.alone(
        unit,
        () -> !over.getAsBoolean() && folder.finish(cell.id(), files, store.requireLease(unit)));
  }
}
