package io.github.palimpsest.execution.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.Json;
import java.util.Collection;
import java.util.Locale;

/**
 * The most space that a grid's states take, by what its recipes declare.
 *
 * @param states the number of trainings; each leaves one state
 * @param bytes all states, if none is removed, and a copy of the largest that is being written
 * @param largest the largest state
 */
public record PlanDisk(int states, long bytes, long largest) {
  /** What the states of a plan take. */
  public static PlanDisk of(Plan plan, Stages stages, Subject subject) {
    Collection<Stage> all = stages.all();
    long largest = 0;
    long sum = 0;
    for (Stage stage : all) {
      long state = state(plan, subject, stage.recipe());
      largest = Math.max(largest, state);
      sum += state;
    }
    return new PlanDisk(all.size(), sum + largest, largest);
  }

  /** The most bytes of a state of a recipe. */
  public static long state(Plan plan, Subject subject, Recipe recipe) {
    Cost cost = Budget.cost(recipe);
    long floats = subject.model().parameters().stream().mapToLong(p -> p.shape().size()).sum();
    double copies =
        2 + cost.slotsPerParameter() + cost.snapshotsPerTask() * plan.experiment().tasks().size();
    long shaped =
        Slot.floats(recipe.optimizer(), Budget.trained(recipe, subject.model().parameters()));
    return (long) (Float.BYTES * (floats * copies + shaped));
  }

  /** For people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%nDisk: at most about %,.0f MB for the states after %,d trainings (the largest %,.1f MB) and"
            + " one that is being written; results, scores and logs come in addition%n",
        bytes / 1e6,
        states,
        largest / 1e6);
  }

  /** For programs. */
  public ObjectNode json() {
    return Json.object().put("states", states).put("bytes", bytes).put("largest_bytes", largest);
  }
}
