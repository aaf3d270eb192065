package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Component;

/**
 * A capability of a provider whose optimizer is a simpler one in some tasks, such as SAM that acts
 * only in the first task and is its base in the others. A runner trains the simpler one, so that
 * trainings that are equal up to a task share the work, and so that the declared cost is that of
 * the task.
 */
@Stable(since = "0.2")
@FunctionalInterface
public interface OptimizerByTask {
  /**
   * The optimizer that makes the steps of a task. Its steps equal those of {@code whole} in this
   * task bit for bit.
   *
   * @param whole the optimizer of the recipe, which has this capability
   * @param task the task, from 0
   * @return {@code whole} itself where nothing is simpler
   */
  Component<Optimizer> in(Component<Optimizer> whole, int task);
}
