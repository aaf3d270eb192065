package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.metric.ReferenceTraining;
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
import java.util.function.IntUnaryOperator;
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
    return steps(plan.experiment(), stage, this::examples);
  }

  /**
   * The steps of a stage of an experiment.
   *
   * @param examples the number of training examples of each task, from 0
   */
  public static long steps(Experiment e, Stage stage, IntUnaryOperator examples) {
    int own = examples.applyAsInt(stage.task());
    return stage.reference() == null
        ? training(e, stage, own).steps(own, extraBatches(e, stage, own))
        : tasks(stage)
            .map(examples)
            .mapToLong(n -> training(e, stage, n).steps(n))
            .reduce(0, Math::addExact);
  }

  /** The tasks whose examples a stage is trained on. */
  private static IntStream tasks(Stage stage) {
    int first = stage.reference() == ReferenceTraining.JOINT ? 0 : stage.task();
    return IntStream.rangeClosed(first, stage.task());
  }

  /** The forward-and-backward passes of a stage, as its components declare them. */
  public double passes(Stage stage) {
    return Budget.cost(stage.recipe()).passesPerStep() * steps(stage);
  }

  private int examples(int task) {
    return tasks.get(task).examples().size();
  }

  /** What a stage is trained on: the examples of its task, and for a joint reference all so far. */
  public TaskData data(Stage stage) {
    TaskData own = tasks.get(stage.task());
    if (stage.reference() == null) {
      return own;
    }
    List<Example> all =
        tasks(stage)
            .mapToObj(tasks::get)
            .map(TaskData::examples)
            .reduce(List.of(), StageLoops::joined);
    return TaskData.of(0, own.name(), all).beside(own.corpus()).inBuckets(own.bucket());
  }

  /** One list after another; neither is read before its examples are needed. */
  private static List<Example> joined(List<Example> first, List<Example> next) {
    int n = first.size();
    return new ReadList<>(n + next.size(), i -> i < n ? first.get(i) : next.get(i - n));
  }

  /** As many steps as the tasks of a reference model take one after another. */
  private Training training(Stage stage, TaskData data) {
    Experiment e = plan.experiment();
    if (stage.reference() == null) {
      return training(e, stage, data.examples().size());
    }
    long steps = steps(stage);
    long perEpoch = Math.max(1, e.training().lasting(1, 0).steps(data.examples().size()));
    return e.training().lasting(Math.toIntExact((steps + perEpoch - 1) / perEpoch), steps);
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
    TaskData data = data(stage);
    return new TaskLoop(
        subject.model(),
        subject.pretrained(stage.seed()),
        strategy,
        training(stage, data),
        stage.seed(),
        stage.reference() == null ? tasks : List.of(data),
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
