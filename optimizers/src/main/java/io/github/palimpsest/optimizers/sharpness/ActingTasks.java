package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.recipe.Value;

/**
 * The tasks in which a sharpness-aware optimizer acts; in the others its base makes the steps.
 * Watts et al. 2026 (arXiv:2605.02105) sharpen only what is to be kept.
 */
enum ActingTasks {
  /** Each task. */
  ALL,
  /** Only the first task. */
  FIRST,
  /** Each task except the first. */
  LATER;

  /** The setting of each sharpness-aware optimizer. */
  static final Setting<ActingTasks> TASKS =
      Setting.choice(
          "tasks", ActingTasks.class, ALL, "tasks in which it acts; its base acts in the others");

  /** Of a provider with {@link #TASKS} and {@link Wrapper#BASE}. */
  static final OptimizerByTask BY_TASK =
      (whole, task) -> {
        ActingTasks tasks = whole.settings().get(TASKS);
        return tasks.include(task) ? in(whole, tasks) : base(whole, Wrapper.BASE);
      };

  boolean include(int task) {
    return this == ALL || (this == FIRST) == (task == 0);
  }

  /** The optimizer in the tasks that {@link #TASKS} names, and its base in the others. */
  static Optimizer only(Settings s, Wrapper sharp) {
    ActingTasks tasks = s.get(TASKS);
    return tasks == ALL ? sharp : new Sparse(sharp, 1, 0, 1, tasks);
  }

  /** An optimizer that acts in the task at hand, as one that acts in all. */
  static Component<Optimizer> in(Component<Optimizer> whole, ActingTasks tasks) {
    return tasks == ALL
        ? whole
        : new Component<>(whole.provider(), whole.settings().with(TASKS, Value.Call.word("all")));
  }

  /** The optimizer that a setting names. */
  @SuppressWarnings("unchecked") // a setting of type Optimizer
  static Component<Optimizer> base(Component<Optimizer> whole, Setting<Optimizer> setting) {
    return (Component<Optimizer>) whole.settings().nested(setting).orElseThrow();
  }
}
