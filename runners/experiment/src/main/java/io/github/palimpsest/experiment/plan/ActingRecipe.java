package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.experiment.file.Budget;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The part of a recipe that can have changed the weights by the end of a task. Two cells with equal
 * parts up to a task share its training.
 */
public final class ActingRecipe {
  private ActingRecipe() {}

  /**
   * The acting part of a recipe.
   *
   * @param task the task, from 0
   */
  static Recipe in(Recipe recipe, int task) {
    return new Recipe(
        OptimizerByTask.acting(recipe.optimizer(), task),
        recipe.adapter(),
        recipe.regularizers().stream().filter(c -> acts(c, task)).toList(),
        recipe.rehearsal().filter(c -> acts(c, task)),
        // a merger acts between tasks, so not during the first one
        recipe.mergers().stream().filter(c -> task > 0 && !Unmerged.onlyAtEnd(c)).toList());
  }

  /** The recipe of reference models: the optimizer of a first task, and the adapter. */
  static Recipe ofReferences(Recipe recipe) {
    return new Recipe(
        OptimizerByTask.acting(recipe.optimizer(), 0),
        recipe.adapter(),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /**
   * A recipe with the optimizer of each task in place of one that changes with the task: what is in
   * memory at a time.
   *
   * @param tasks the number of tasks
   */
  public static List<Recipe> ofEachTask(Recipe recipe, int tasks) {
    return IntStream.range(0, tasks)
        .mapToObj(
            task ->
                new Recipe(
                    OptimizerByTask.acting(recipe.optimizer(), task),
                    recipe.adapter(),
                    recipe.regularizers(),
                    recipe.rehearsal(),
                    recipe.mergers()))
        .toList();
  }

  /** The regularizers and the rehearsal of a recipe that change nothing in a first task. */
  public static List<String> idleInFirstTask(Recipe recipe) {
    return Stream.concat(recipe.regularizers().stream(), recipe.rehearsal().stream())
        .filter(c -> !acts(c, 0))
        .map(c -> c.id().value())
        .toList();
  }

  private static boolean acts(Component<?> c, int task) {
    return task > 0 || c.traits().onset() == Onset.FIRST_TASK;
  }

  /**
   * The declared passes per step of a recipe, averaged over the steps of its tasks.
   *
   * @param steps of each task
   */
  public static double passesPerStep(Recipe recipe, List<Long> steps) {
    double declared = Budget.cost(recipe).passesPerStep();
    double whole = recipe.optimizer().traits().cost().passesPerStep();
    double saved = 0;
    long all = 0;
    for (int task = 0; task < steps.size(); task++) {
      double acting =
          OptimizerByTask.acting(recipe.optimizer(), task).traits().cost().passesPerStep();
      saved += (whole - acting) * steps.get(task);
      all += steps.get(task);
    }
    return saved == 0 ? declared : declared - saved / all;
  }
}
