package ${package};

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Traits;
import io.github.palimpsest.api.Updates;

/**
 * {@code w = w - lr g}: plain gradient descent.
 *
 * @param lr the learning rate, per step
 */
record ${className}(Schedule lr) implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 1e-2, 0, 1, "learning rate: how far along the gradient a step goes");

  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "${id}",
              "Plain gradient descent",
              "w = w - lr g")
          .settings(LR)
          .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(1), "Cauchy 1847"))
          .creates(s -> new ${className}(s.get(LR)));

  @Override
  public Updates updates(StepContext c) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    return new Updates(g.scale(c.tf(), c.tf().math.neg(c.scheduled(lr))));
  }
}
