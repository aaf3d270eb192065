package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.merger.ReadsHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.StepReport;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.StageFailure;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Trains stages: each from its parent's state, or from its own last checkpoint. */
final class StageRun {
  private final Plan plan;
  private final Subject subject;
  private final StageLoops loops;
  private final StageStore store;
  private final StageRecord record;
  private final DiskBudget disk;
  private final Repair repair;
  private final List<TaskData> tasks;

  @Inject
  StageRun(
      Plan plan,
      Subject subject,
      StageStore store,
      StageRecord record,
      DiskBudget disk,
      Repair repair) {
    this.plan = plan;
    this.subject = subject;
    this.repair = repair;
    this.disk = disk;
    this.store = store;
    this.record = record;
    this.loops = new StageLoops(plan, subject);
    this.tasks = loops.tasks();
  }

  List<TaskData> tasks() {
    return tasks;
  }

  /** The steps of a stage. */
  long steps(Stage stage) {
    return loops.steps(stage);
  }

  /** The declared passes of each stage that has not been trained, by its id. */
  SortedMap<String, Double> open(Stages stages) {
    TreeMap<String, Double> open = new TreeMap<>();
    for (Stage stage : stages.all()) {
      if (!store.done(stage)) {
        try {
          open.put(stage.id(), loops.passes(stage));
        } catch (PluginException e) {
          continue; // its training will fail for the same reason and report it
        }
      }
    }
    return open;
  }

  /**
   * Ensures that a stage's state exists, training it and earlier stages if necessary.
   *
   * @param begun receives each stage that is about to be trained
   * @param listener receives each step
   * @return the reason why there can be no state; empty if there is one
   * @throws Busy if another run is working on it
   * @throws OutputException if checkpoints cannot be written
   * @throws DamagedFileException if the state of an earlier stage is damaged
   */
  Optional<StageFailure> ensure(Stage stage, Consumer<Stage> begun, StepListener listener)
      throws Busy {
    if (store.trained(stage)) {
      return Optional.empty();
    }
    Optional<StageFailure> failed = store.failure(stage);
    Stage parent = stage.parent();
    boolean all = stage.recipe().mergers().stream().anyMatch(ReadsHistory::in);
    while (failed.isEmpty() && parent != null) {
      failed = ensure(parent, begun, listener);
      parent = all ? parent.parent() : null;
    }
    if (failed.isPresent()) {
      return failed;
    }
    if (listener.stops()) {
      throw new TrainingStoppedException("", 0);
    }
    return store.alone(
        stage.id(),
        // another run may have finished it before this one reached it
        () ->
            store.trained(stage) || store.failure(stage).isPresent()
                ? store.failure(stage)
                : trained(stage, begun, listener));
  }

  private Optional<StageFailure> trained(Stage stage, Consumer<Stage> begun, StepListener listener)
      throws Busy {
    while (true) {
      try {
        return train(stage, begun, listener);
      } catch (TrainingStoppedException e) {
        throw e;
      } catch (DamagedFileException e) {
        store.requireLease(stage.id());
        if (!store.isOfWork(stage, e.file())) {
          throw e;
        }
        repair.setAsideOfWork(store.work(stage), e);
      } catch (OutputException e) {
        store.requireLease(stage.id()); // else its folder has moved: another run goes on there
        throw e;
      }
    }
  }

  private Optional<StageFailure> train(Stage stage, Consumer<Stage> begun, StepListener listener)
      throws Busy {
    boolean resumed = store.begun(stage);
    disk.reserve(stage);
    begun.accept(stage);
    CellTiming timing = new CellTiming(resumed);
    long[] step = {0};
    try {
      Path folder = store.begin(stage);
      PointScores points = new PointScores(plan, subject, stage, steps(stage), folder);
      TaskLoop loop = loops.loop(stage, Seats.of(stage.recipe()), folder, store::folder);
      if (loop.trainedTasks() == stage.tasksBefore()) {
        timing.taskBegins();
        subject.release();
        try (LossLog losses = new LossLog(folder, plan.experiment().training().checkpointEvery())) {
          loop.train(
              new StepListener() {
                @Override
                public void onStep(int task, long s, long total, double loss) {}

                @Override
                public void onStep(StepReport s) {
                  step[0] = s.step();
                  timing.step();
                  points.step(s.step());
                  losses.step(s.step(), s.totalSteps(), s.loss());
                  listener.onStep(s);
                }

                @Override
                public boolean stops() {
                  return listener.stops();
                }

                @Override
                public boolean looks(long s, long total) {
                  return points.wants(s);
                }

                @Override
                public void weights(int task, long s, WeightSnapshot weights) {
                  long scoring = System.nanoTime();
                  points.score(s, weights);
                  subject.release();
                  timing.scored(System.nanoTime() - scoring);
                }
              });
        }
      } else if (!LossLog.holds(folder, steps(stage))) {
        throw new DamagedFileException(
            folder.resolve(LossLog.FILE), "its rows are not those of all steps");
      }
      points.requireAll();
      Timing measured =
          timing.measured(plan.experiment().device().toString(), loop.gradientPasses());
      StageResult about = record.of(stage, loops.data(stage), steps(stage));
      store.finish(stage, about.trained(measured));
      return Optional.empty();
    } catch (OutputException | DamagedFileException | TrainingStoppedException e) {
      throw e;
    } catch (Error e) { // only of this stage: its memory is free again
      StageFailure failure =
          new StageFailure(stage.task(), step[0], of(stage, told(e.toString(), stage)));
      store.fail(stage, failure);
      return Optional.of(failure);
    } catch (RuntimeException e) {
      Optional<IOException> io = OutputException.behind(e);
      if (io.isPresent()) {
        throw e instanceof PalimpsestException
            ? new OutputException(e.getMessage(), io.get())
            : new OutputException(file(io.get(), store.work(stage)), io.get());
      }
      long at = e instanceof NonFiniteLossException n ? n.step() : step[0];
      String reason = e instanceof PalimpsestException ? reason(e) : told(reason(e), stage);
      StageFailure failure = new StageFailure(stage.task(), at, of(stage, reason));
      store.fail(stage, failure);
      return Optional.of(failure);
    }
  }

  /** The file of a failure without a message of ours; few such failures know theirs. */
  private static Path file(IOException e, Path folder) {
    return e instanceof FileSystemException f && f.getFile() != null
        ? Path.of(f.getFile())
        : folder;
  }

  /** A reference model's failure is not the one of a run's own training. */
  private static String of(Stage stage, String reason) {
    return stage.reference() == null
        ? reason
        : "the reference model (" + stage.referenceWord() + ") failed: " + reason;
  }

  /** The origin to name for a failure outside a plugin's own code. */
  private String told(String reason, Stage stage) {
    return new Origins(plan.registry()).told(reason, stage.recipe());
  }

  /**
   * The model's weights after a stage and a cell's mergers.
   *
   * @throws Busy if another run has removed a state in the meantime, to save space
   * @throws DamagedFileException if its state is damaged
   */
  WeightSnapshot weights(Stage stage, Seats strategy) throws Busy {
    TaskLoop loop = loops.loop(stage, strategy, store.folder(stage), store::folder);
    if (loop.trainedTasks() != stage.tasksBefore() + 1) {
      throw new Busy(stage.id());
    }
    for (Stage s = stage; s != null && strategy.readsHistory(); s = s.parent()) {
      if (!store.trained(s)) {
        throw new Busy(s.id());
      }
    }
    return loop.weights();
  }

  static String reason(Throwable e) {
    if (e instanceof DivergedException) {
      return CellFailure.DIVERGED + e.getMessage();
    }
    return e instanceof PalimpsestException
        ? e.getMessage()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
