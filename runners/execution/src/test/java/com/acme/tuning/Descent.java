package com.acme.tuning;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;

/** {@code w = w - lr g}. */
record Descent(Schedule lr) implements Optimizer {
  static final Setting<Schedule> LR = Setting.schedule("lr", 1e-2, 0, 1, "learning rate");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of("acme.descent", "Plain gradient descent", "w = w - lr g")
          .settings(LR)
          .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(1), "Cauchy 1847"))
          .creates(s -> new Descent(s.get(LR)));

  @Override
  public Updates updates(StepContext c) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    return new Updates(g.scale(c.tf(), c.tf().math.neg(c.scheduled(lr))));
  }
}
