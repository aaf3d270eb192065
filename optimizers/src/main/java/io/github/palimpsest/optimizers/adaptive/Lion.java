package io.github.palimpsest.optimizers.adaptive;

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
import io.github.palimpsest.optimizers.technique.Decay;
import org.tensorflow.op.Ops;

/**
 * Lion with decoupled weight decay lambda:
 *
 * <pre>
 *   d = sign(beta1 m + (1 - beta1) g),   m = beta2 m + (1 - beta2) g
 *   w = w - lr (d + lambda w)
 * </pre>
 *
 * <p>Chen et al. 2023, arXiv:2302.06675. Rules OPT-01 to OPT-11.
 */
record Lion(Schedule lr, double beta1, double beta2, double weightDecay, Decay decay)
    implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule(
          "lr", 1e-4, 0, Double.MAX_VALUE, "learning rate; 3 to 10 times below that of adamw");
  static final Setting<Double> BETA1 =
      Setting.real("beta1", 0.9, 0, 1, "share of the momentum in the direction");
  static final Setting<Double> BETA2 =
      Setting.real("beta2", 0.99, 0, Moments.BELOW_ONE, "decay of the momentum");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real(
          "weight-decay", 0, 0, Double.MAX_VALUE, "lambda: decoupled decay, times lr a step");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "lion",
              "Lion: the sign of an interpolated momentum",
              "d = sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g; w -= lr (d +"
                  + " weight-decay w)")
          .settings(LR, BETA1, BETA2, WEIGHT_DECAY, Decay.DECAY)
          .traits(
              s ->
                  Traits.of(
                      Onset.FIRST_TASK,
                      Cost.passes(1).slots(1),
                      "Chen et al. 2023, Symbolic discovery of optimization algorithms"
                          + " (arXiv:2302.06675)"))
          .creates(
              s ->
                  new Lion(
                      s.get(LR),
                      s.get(BETA1),
                      s.get(BETA2),
                      s.get(WEIGHT_DECAY),
                      s.get(Decay.DECAY)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors m = c.slots().old("m", c.params().tensors(), 0);
    Tensors mixed =
        m.scale(tf, tf.constant((float) beta1))
            .plus(tf, g.scale(tf, tf.constant((float) (1 - beta1))));
    c.slots()
        .next(
            "m",
            m.scale(tf, tf.constant((float) beta2))
                .plus(tf, g.scale(tf, tf.constant((float) (1 - beta2)))));
    Tensors d = decay.added(c, mixed.map(x -> tf.math.sign(x)), weightDecay);
    return new Updates(d.scale(tf, tf.math.neg(c.scheduled(lr))));
  }
}
