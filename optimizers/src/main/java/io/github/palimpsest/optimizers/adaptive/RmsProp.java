package io.github.palimpsest.optimizers.adaptive;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
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
 * RMSprop:
 *
 * <pre>
 *   v = alpha v + (1 - alpha) g^2
 *   u = g / (sqrt(v) + eps),   with centered g / (sqrt(v - mean(g)^2) + eps)
 *   b = momentum b + u,   w = w - lr b
 * </pre>
 *
 * <p>Tieleman and Hinton 2012 (lecture 6.5); centered: Graves 2013, arXiv:1308.0850. Rules OPT-01
 * to OPT-11.
 */
record RmsProp(Schedule lr, double alpha, double eps, boolean centered, double momentum)
    implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.01, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.99, 0, Moments.BELOW_ONE, "decay of the mean of the squares");
  static final Setting<Double> EPS =
      Setting.real("eps", 1e-8, 1e-30, 1, "added to the root, outside of it");
  static final Setting<Boolean> CENTERED =
      Setting.flag("centered", false, "divide by the deviation from the mean gradient");
  static final Setting<Double> MOMENTUM =
      Setting.real("momentum", 0, 0, 1, "share of the last direction that is kept");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "rmsprop",
              "RMSprop: the gradient over the root of its mean square",
              "v = alpha v + (1 - alpha) g^2; b = momentum b + g / (sqrt(v) + eps); w -= lr b")
          .settings(LR, ALPHA, EPS, CENTERED, MOMENTUM)
          .traits(RmsProp::traits)
          .creates(
              s ->
                  new RmsProp(
                      s.get(LR), s.get(ALPHA), s.get(EPS), s.get(CENTERED), s.get(MOMENTUM)));

  private static Traits traits(Settings s) {
    int slots = 1 + (s.get(CENTERED) ? 1 : 0) + (s.get(MOMENTUM) == 0 ? 0 : 1);
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(1).slots(slots),
        "Tieleman and Hinton 2012, Lecture 6.5 (Neural networks for machine learning)",
        "Graves 2013, Generating sequences with recurrent neural networks (arXiv:1308.0850)");
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors v = Moments.mean(c, "v", g.map(x -> tf.math.square(x)), alpha);
    Operand<TFloat32> epsilon = tf.constant((float) eps);
    Tensors u =
        g.zip(
            centered ? deviation(c, v, g) : v,
            (a, b) -> tf.math.div(a, tf.math.add(tf.math.sqrt(b), epsilon)));
    if (momentum != 0) {
      u =
          c.slots()
              .old("momentum", c.params().tensors(), 0)
              .scale(tf, tf.constant((float) momentum))
              .plus(tf, u);
      c.slots().next("momentum", u);
    }
    return new Updates(u.scale(tf, tf.math.neg(c.scheduled(lr))));
  }

  /** {@code v - mean(g)^2}, which rounding alone could make negative. */
  private Tensors deviation(StepContext c, Tensors v, Tensors g) {
    Ops tf = c.tf();
    Operand<TFloat32> zero = tf.constant(0f);
    return v.zip(
        Moments.mean(c, "mean", g, alpha),
        (a, b) -> tf.math.maximum(tf.math.sub(a, tf.math.square(b)), zero));
  }
}
