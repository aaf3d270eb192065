package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.StageResult;

/**
 * The provenance of a stage, the content of {@code stage.json}. All fields except {@code measured}
 * follow from the inputs of the stage, so equal stages have equal bytes; {@code measured} has
 * times, memory and the machine.
 */
final class StageRecord {
  private static final int FORMAT = 2;

  private final Plan plan;
  private final Stages stages;
  private final Origins origins;

  @Inject
  StageRecord(Plan plan, Stages stages, Origins origins) {
    this.plan = plan;
    this.stages = stages;
    this.origins = origins;
  }

  /**
   * The facts about a stage before it is trained.
   *
   * @param data the task's examples
   * @param steps number of steps of the training
   */
  StageResult of(Stage stage, TaskData data, long steps) {
    Stage parent = stage.parent();
    return new StageResult(
        stage.id(),
        stage.task() + 1,
        stage.recipe().toString(),
        stage.seed(),
        parent == null ? null : parent.id(),
        FORMAT,
        plan.experiment().tasks().get(stage.task()).name(),
        (long) data.examples().size(),
        steps,
        Budget.cost(stage.recipe()).passesPerStep() * steps,
        Origins.all(stage.recipe()).stream().map(origins::source).toList(),
        stages.inputs(stage),
        null,
        null,
        null,
        stage.reference() == null ? null : stage.referenceWord());
  }
}
