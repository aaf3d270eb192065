package io.github.palimpsest.optimizers.descent;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.ClosedSteps;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.optimizers.technique.Decay;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.op.Ops;

/**
 * Stochastic gradient descent with momentum mu, dampening tau and L2 weight decay lambda:
 *
 * <pre>
 *   g = grad(w) + lambda w
 *   b = g at the first step of a task, later mu b + (1 - tau) g
 *   w = w - lr d,   d = g without momentum, b with it, g + mu b with nesterov
 * </pre>
 *
 * <p>Polyak 1964; Sutskever et al. 2013 (ICML) for nesterov. Rules OPT-01 to OPT-11.
 */
record Sgd(Schedule lr, double momentum, double dampening, boolean nesterov, double weightDecay)
    implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.01, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> MOMENTUM =
      Setting.real("momentum", 0, 0, 1, "mu: share of the last direction that is kept");
  static final Setting<Double> DAMPENING =
      Setting.real("dampening", 0, 0, 1, "tau: share of the gradient that momentum leaves out");
  static final Setting<Boolean> NESTEROV =
      Setting.flag("nesterov", false, "look ahead along the momentum");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real("weight-decay", 0, 0, Double.MAX_VALUE, "lambda: L2 penalty on all parameters");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sgd",
              "Stochastic gradient descent, with momentum or Nesterov's",
              "g += weight-decay w; b = momentum b + (1 - dampening) g; w -= lr (b, or g + momentum b"
                  + " with nesterov, or g where momentum is 0)")
          .settings(LR, MOMENTUM, NESTEROV, DAMPENING, WEIGHT_DECAY)
          .traits(Sgd::traits)
          .with(ClosedSteps.class, (s, parameters, total) -> create(s).closed(total))
          .creates(Sgd::create);

  private static Traits traits(Settings s) {
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(1).slots(s.get(MOMENTUM) == 0 ? 0 : 1),
        "Robbins and Monro 1951",
        "Polyak 1964",
        "Sutskever, Martens, Dahl and Hinton 2013, On the importance of initialization and momentum"
            + " in deep learning (ICML)");
  }

  private static Sgd create(Settings s) {
    boolean lookAhead = s.get(NESTEROV);
    if (lookAhead && (s.get(MOMENTUM) == 0 || s.get(DAMPENING) != 0)) {
      throw new PalimpsestException(
          "setting 'nesterov' of 'sgd': true needs momentum above 0 and dampening 0, not momentum="
              + s.get(MOMENTUM)
              + " and dampening="
              + s.get(DAMPENING));
    }
    return new Sgd(s.get(LR), s.get(MOMENTUM), s.get(DAMPENING), lookAhead, s.get(WEIGHT_DECAY));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = Decay.ALL.added(c, c.oracle().gradient(c.params()).tensors(), weightDecay);
    Tensors d = momentum == 0 ? g : direction(c, g);
    return new Updates(d.scale(tf, tf.math.neg(c.scheduled(lr))));
  }

  /** The equation above on the host, one number after another. */
  ClosedSteps.Training closed(long total) {
    Map<String, double[]> kept = new HashMap<>();
    return (step, weights, gradient) -> {
      Map<String, double[]> next = new LinkedHashMap<>();
      gradient
          .apply(weights)
          .forEach(
              (name, grad) -> {
                double[] w = weights.get(name).clone();
                double[] b = kept.computeIfAbsent(name, n -> new double[w.length]);
                for (int i = 0; i < w.length; i++) {
                  double g = grad[i] + weightDecay * w[i];
                  b[i] = step == 0 ? g : momentum * b[i] + (1 - dampening) * g;
                  double d = momentum == 0 ? g : nesterov ? g + momentum * b[i] : b[i];
                  w[i] -= lr.at(step, total) * d;
                }
                next.put(name, w);
              });
      return next;
    };
  }

  private Tensors direction(StepContext c, Tensors g) {
    Ops tf = c.tf();
    var mu = tf.constant((float) momentum);
    Tensors fresh =
        dampening == 0
            ? g
            : g.scale(tf, c.scheduled((step, total) -> step == 0 ? 1 : 1 - dampening));
    Tensors b = c.slots().old("momentum", c.params().tensors(), 0).scale(tf, mu).plus(tf, fresh);
    c.slots().next("momentum", b);
    return nesterov ? g.plus(tf, b.scale(tf, mu)) : b;
  }
}
