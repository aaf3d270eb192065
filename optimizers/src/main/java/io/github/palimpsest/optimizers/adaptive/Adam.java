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
import io.github.palimpsest.optimizers.technique.Decay;

/**
 * Adam with weight decay as an L2 penalty lambda: {@code w = w - lr d(grad(w) + lambda w)}, where d
 * is the direction of {@link Moments}.
 *
 * <p>Kingma and Ba 2015, arXiv:1412.6980. Rules OPT-01 to OPT-11.
 */
record Adam(Schedule lr, Moments moments, double weightDecay) implements Optimizer {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.001, 0, Double.MAX_VALUE, "learning rate");
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real("weight-decay", 0, 0, Double.MAX_VALUE, "lambda: L2 penalty on all parameters");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "adam",
              "Adam: the mean gradient over the root of its mean square; weight decay as an L2 penalty",
              "g += weight-decay w; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= lr"
                  + " m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)")
          .settings(LR, Moments.BETA1, Moments.BETA2, Moments.EPS, WEIGHT_DECAY, Moments.AMSGRAD)
          .traits(Adam::traits)
          .creates(s -> new Adam(s.get(LR), Moments.of(s), s.get(WEIGHT_DECAY)));

  static Traits traits(Settings s) {
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(1).slots(Moments.of(s).slots()),
        "Kingma and Ba 2015, Adam (arXiv:1412.6980)",
        "Reddi, Kale and Kumar 2018, On the convergence of Adam and beyond (arXiv:1904.09237)");
  }

  @Override
  public Updates updates(StepContext c) {
    Tensors g = Decay.ALL.added(c, c.oracle().gradient(c.params()).tensors(), weightDecay);
    return new Updates(moments.moved(c, lr, g.map(x -> c.tf().zerosLike(x)), g));
  }
}
