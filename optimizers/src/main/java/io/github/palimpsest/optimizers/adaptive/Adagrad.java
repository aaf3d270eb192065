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
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adagrad at the step t counted from 1:
 *
 * <pre>
 *   s = s + g^2   (from initial-accumulator on)
 *   w = w - lr / (1 + (t - 1) lr-decay) g / (sqrt(s) + eps)
 * </pre>
 *
 * <p>Duchi, Hazan and Singer 2011 (JMLR 12). Rules OPT-01 to OPT-11.
 */
record Adagrad(Schedule lr, double eps, double initial, double lrDecay) implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.01, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> EPS =
      Setting.real("eps", 1e-10, 1e-30, 1, "added to the root, outside of it");
  static final Setting<Double> INITIAL =
      Setting.real(
          "initial-accumulator",
          0,
          0,
          Double.MAX_VALUE,
          "the sum of squares before the first step");
  static final Setting<Double> LR_DECAY =
      Setting.real("lr-decay", 0, 0, Double.MAX_VALUE, "how fast the learning rate falls");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "adagrad",
              "Adagrad: the gradient over the root of the sum of all its squares",
              "s += g^2; w -= lr / (1 + (t - 1) lr-decay) g / (sqrt(s) + eps)")
          .settings(LR, EPS, INITIAL, LR_DECAY)
          .traits(
              s ->
                  Traits.of(
                      Onset.FIRST_TASK,
                      Cost.passes(1).slots(1),
                      "Duchi, Hazan and Singer 2011, Adaptive subgradient methods (JMLR 12)"))
          .creates(s -> new Adagrad(s.get(LR), s.get(EPS), s.get(INITIAL), s.get(LR_DECAY)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors s =
        c.slots()
            .old("sum", c.params().tensors(), (float) initial)
            .plus(tf, g.map(x -> tf.math.square(x)));
    c.slots().next("sum", s);
    Operand<TFloat32> epsilon = tf.constant((float) eps);
    Operand<TFloat32> rate =
        c.scheduled((step, total) -> -lr.at(step, total) / (1 + step * lrDecay));
    return new Updates(
        g.zip(s, (a, b) -> tf.math.div(a, tf.math.add(tf.math.sqrt(b), epsilon))).scale(tf, rate));
  }
}
