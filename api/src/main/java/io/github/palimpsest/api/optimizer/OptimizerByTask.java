package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;

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

  /**
   * The optimizer that makes the steps of a task, at any depth: a wrapper may hold an optimizer
   * that acts in some tasks alone.
   *
   * @param whole the optimizer of a recipe
   * @param task the task, from 0
   */
  static Component<Optimizer> acting(Component<Optimizer> whole, int task) {
    Component<Optimizer> acting =
        whole
            .provider()
            .capability(OptimizerByTask.class)
            .map(byTask -> byTask.in(whole, task))
            .orElse(whole);
    Settings settings = acting.settings();
    for (Setting<?> setting : acting.provider().settings()) {
      Component<?> inner = settings.nested(setting).orElse(null);
      if (inner != null && inner.provider().kind() == Kind.OPTIMIZER) {
        @SuppressWarnings("unchecked") // of kind optimizer
        Component<Optimizer> optimizer = (Component<Optimizer>) inner;
        Component<Optimizer> simpler = acting(optimizer, task);
        settings = simpler.equals(inner) ? settings : settings.with(setting, simpler);
      }
    }
    return new Component<>(acting.provider(), settings);
  }
}
