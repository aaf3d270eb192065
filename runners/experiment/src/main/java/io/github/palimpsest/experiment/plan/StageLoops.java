package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.subject.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The training loops of an experiment's stages.
 *
 * @param plan the plan
 * @param subject the model and data
 * @param tasks its tasks
 */
public record StageLoops(Plan plan, Subject subject, List<TaskData> tasks) {
  public StageLoops(Plan plan, Subject subject) {
    this(
        plan,
        subject,
        IntStream.range(0, plan.experiment().tasks().size()).mapToObj(subject::task).toList());
  }

  /** The steps of a stage. */
  public long steps(Stage stage) {
    return steps(plan.experiment(), stage, examples(stage));
  }

  /**
   * The steps of a stage of an experiment.
   *
   * @param examples the number of training examples of its task
   */
  public static long steps(Experiment e, Stage stage, int examples) {
    return training(e, stage, examples).steps(examples, extraBatches(e, stage, examples));
  }

  /** The forward-and-backward passes of a stage, as its components declare them. */
  public double passes(Stage stage) {
    return Budget.cost(stage.recipe()).passesPerStep() * steps(stage);
  }

  private int examples(Stage stage) {
    return tasks.get(stage.task()).examples().size();
  }

  /** The number of additional batches in an epoch with rehearsal. */
  private static long extraBatches(Experiment e, Stage stage, int examples) {
    int batch = e.training().batchSize();
    return stage
        .recipe()
        .rehearsal()
        .map(Component::create)
        .map(r -> r.extraBatches(stage.task(), examples, batch))
        .orElse(0L);
  }

  private static Training training(Experiment e, Stage stage, int examples) {
    long steps = e.training().steps(examples, extraBatches(e, stage, examples));
    return e.budget().training(e.training(), stage.recipe(), steps);
  }

  /** The loop of a stage whose checkpoints are in a folder. */
  public TaskLoop loop(Stage stage, Seats strategy, Path folder) {
    return new TaskLoop(
        subject.model(),
        subject.pretrained(stage.seed()),
        strategy,
        training(plan.experiment(), stage, examples(stage)),
        stage.seed(),
        tasks,
        plan.experiment().device(),
        folder);
  }

  /**
   * The loop of a stage, whose mergers can read the weights after earlier tasks.
   *
   * @param folders the folder of each trained stage's checkpoint
   * @throws PalimpsestException from the loop, when a merger reads the weights after a task whose
   *     state has been removed
   */
  public TaskLoop loop(Stage stage, Seats strategy, Path folder, Function<Stage, Path> folders) {
    TaskLoop loop = loop(stage, strategy, folder);
    if (strategy.readsHistory()) {
      loop.takeHistory(task -> trained(ancestor(stage, task), folders));
    }
    return loop;
  }

  /** The weights that a stage ended with, before any merger. */
  private WeightSnapshot trained(Stage stage, Function<Stage, Path> folders) {
    TaskLoop loop = loop(stage, Seats.of(stage.recipe()), folders.apply(stage));
    if (loop.trainedTasks() != stage.task() + 1) {
      throw new PalimpsestException(
          "the state after task '%s' has been removed, and a merger reads its weights: run again"
              .formatted(tasks.get(stage.task()).name()));
    }
    return loop.trained();
  }

  private static Stage ancestor(Stage stage, int task) {
    Stage at = stage;
    for (Stage parent = at.parent(); parent != null && at.task() > task; parent = at.parent()) {
      at = parent;
    }
    return at;
  }
}
