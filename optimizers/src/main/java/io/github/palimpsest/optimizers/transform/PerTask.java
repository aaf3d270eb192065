package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;

/**
 * One optimizer for the first task and another for the later ones, for example another learning
 * rate once a model is tuned:
 *
 * <pre>
 *   w = w + first(w)  in the first task,   w = w + later(w)  in each other
 * </pre>
 *
 * <p>A composition, for studies such as that of Watts et al. 2026 (arXiv:2605.02105), where
 * pre-training is sharpness-aware and fine-tuning is not. Rules OPT-01 to OPT-11.
 */
record PerTask(Optimizer first, Optimizer later) implements Optimizer {
  static final Setting<Optimizer> FIRST =
      Setting.optimizer("first", "adamw", "the optimizer of the first task");
  static final Setting<Optimizer> LATER =
      Setting.optimizer("later", "adamw", "the optimizer of each other task");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "per-task",
              "One optimizer for the first task and another for the later ones",
              "first in the first task, later in each other")
          .settings(FIRST, LATER)
          .traits(PerTask::traits)
          .with(OptimizerByTask.class, (whole, task) -> part(whole.settings(), task))
          .creates(s -> new PerTask(s.get(FIRST), s.get(LATER)));

  private static Traits traits(Settings s) {
    Cost first = part(s, 0).traits().cost();
    Cost later = part(s, 1).traits().cost();
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(Math.max(first.passesPerStep(), later.passesPerStep()))
            .slots(first.slotsPerParameter() + later.slotsPerParameter())
            .snapshots(Math.max(first.snapshotsPerTask(), later.snapshotsPerTask())),
        "Watts et al. 2026 (arXiv:2605.02105): another optimizer in pre-training than in"
            + " fine-tuning");
  }

  @SuppressWarnings("unchecked") // settings of type Optimizer
  private static Component<Optimizer> part(Settings s, int task) {
    return (Component<Optimizer>) s.nested(task == 0 ? FIRST : LATER).orElseThrow();
  }

  /** First the phases of the first task, then those of the later ones. */
  @Override
  public boolean trains(ParameterSpec p) {
    return first.trains(p) || later.trains(p);
  }

  @Override
  public int phases() {
    return first.phases() + later.phases();
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return task == 0
        ? first.phaseOf(task, step, totalSteps)
        : first.phases() + later.phaseOf(task, step, totalSteps);
  }

  @Override
  public Updates updates(StepContext c) {
    return c.phase() < first.phases()
        ? first.updates(c.scope(FIRST.key()))
        : later.updates(c.scope(LATER.key()).withPhase(c.phase() - first.phases()));
  }
}
