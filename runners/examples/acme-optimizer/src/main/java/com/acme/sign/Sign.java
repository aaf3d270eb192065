package com.acme.sign;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Updates;
import org.tensorflow.op.Ops;

/**
 * {@code m = beta m + (1 - beta) g; w = w - lr sign(m)}: Bernstein et al. 2018, arXiv:1802.04434.
 */
record Sign(Schedule lr, float beta) implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 1e-4, 0, 1, "learning rate: how far each weight moves in a step");
  static final Setting<Double> BETA =
      Setting.real("beta", 0.9, 0, 1, "share of the old momentum that is kept");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "acme.sign",
              "Sign descent with momentum",
              "m = beta m + (1 - beta) g; w -= lr sign(m)")
          .settings(LR, BETA)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.passes(1).slots(1),
                  "Bernstein et al. 2018, signSGD (arXiv:1802.04434)"))
          .creates(s -> new Sign(s.get(LR), s.get(BETA).floatValue()));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors old = c.slots().old("momentum", c.params().tensors(), 0);
    Tensors m = old.scale(tf, tf.constant(beta)).plus(tf, g.scale(tf, tf.constant(1 - beta)));
    c.slots().next("momentum", m);
    return new Updates(m.map(tf.math::sign).scale(tf, tf.math.neg(c.scheduled(lr))));
  }
}
