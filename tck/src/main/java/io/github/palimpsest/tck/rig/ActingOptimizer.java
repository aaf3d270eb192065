package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;

/**
 * The optimizer that makes the steps of a task, as runners train it ({@link OptimizerByTask}): at
 * any depth, since a wrapper may hold an optimizer that acts in some tasks alone.
 */
public final class ActingOptimizer {
  private ActingOptimizer() {}

  /**
   * The optimizer of a task.
   *
   * @param whole the optimizer of a recipe
   * @param task the task, from 0
   */
  public static Component<Optimizer> in(Component<Optimizer> whole, int task) {
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
        Component<?> simpler = in(asOptimizer(inner), task);
        settings = simpler.equals(inner) ? settings : settings.with(setting, simpler);
      }
    }
    return new Component<>(acting.provider(), settings);
  }

  @SuppressWarnings("unchecked") // of kind optimizer
  private static Component<Optimizer> asOptimizer(Component<?> component) {
    return (Component<Optimizer>) component;
  }
}
