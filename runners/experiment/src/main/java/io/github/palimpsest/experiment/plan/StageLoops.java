package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.subject.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training loops of an experiment's stages.
 *
 * @param plan the plan
 * @param subject what is trained
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
    return training(stage).steps(examples(stage), extraBatches(stage));
  }

  /** The forward-and-backward passes of a stage, as its components declare them. */
  public double passes(Stage stage) {
    return Budget.cost(stage.recipe()).passesPerStep() * steps(stage);
  }

  private int examples(Stage stage) {
    return tasks.get(stage.task()).examples().size();
  }

  /** How many batches more an epoch has by rehearsal. */
  private long extraBatches(Stage stage) {
    int batch = plan.experiment().training().batchSize();
    return stage
        .recipe()
        .rehearsal()
        .map(Component::create)
        .map(r -> r.extraBatches(stage.task(), examples(stage), batch))
        .orElse(0L);
  }

  private Training training(Stage stage) {
    Experiment e = plan.experiment();
    long steps = e.training().steps(examples(stage), extraBatches(stage));
    return e.budget().training(e.training(), stage.recipe(), steps);
  }

  /** The loop of a stage whose checkpoints are in a folder. */
  public TaskLoop loop(Stage stage, Seats strategy, Path folder) {
    return new TaskLoop(
        subject.model(),
        subject.pretrained(stage.seed()),
        strategy,
        training(stage),
        stage.seed(),
        tasks,
        plan.experiment().device(),
        folder);
  }
}
