package io.github.palimpsest.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.inject.Inject;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.JsonFile;

/**
 * The provenance of a stage, the content of {@code stage.json}. All but {@code measured} follows
 * from what determines the stage, so that equal stages have equal bytes; {@code measured} has
 * times, memory, and the machine.
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
   * What is known of a stage before it is trained.
   *
   * @param data the task's examples
   * @param steps how many steps the training has
   */
  ObjectNode of(Stage stage, TaskData data, long steps) {
    ObjectNode about = StageStore.about(stage).put("format", FORMAT);
    about.put("task_name", plan.experiment().tasks().get(stage.task()).name());
    about.put("examples", data.examples().size()).put("steps", steps);
    about.put("declared_passes", Budget.cost(stage.recipe()).passesPerStep() * steps);
    about.set(
        "components",
        JsonFile.tree(Origins.all(stage.recipe()).stream().map(origins::source).toList()));
    ObjectNode inputs = about.putObject("inputs");
    stages.inputs(stage).forEach(inputs::put);
    return about;
  }
}
