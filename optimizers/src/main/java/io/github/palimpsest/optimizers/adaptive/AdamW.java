package io.github.palimpsest.optimizers.adaptive;

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
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.optimizers.technique.Decay;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay lambda: {@code w = w - lr (d(grad(w)) + lambda w)}, where d is
 * the direction of {@link Moments}.
 *
 * <p>Loshchilov and Hutter 2019, arXiv:1711.05101. Rules OPT-01 to OPT-11.
 */
record AdamW(Schedule lr, Moments moments, double weightDecay, Decay decay) implements Optimizer {
  static final Setting<Double> WEIGHT_DECAY =
      Setting.real(
          "weight-decay", 0.01, 0, Double.MAX_VALUE, "lambda: decoupled decay, times lr a step");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "adamw",
              "Adam with decoupled weight decay",
              "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= lr (m / (1 - beta1^t) /"
                  + " (sqrt(v / (1 - beta2^t)) + eps) + weight-decay w)")
          .settings(
              Adam.LR,
              Moments.BETA1,
              Moments.BETA2,
              Moments.EPS,
              WEIGHT_DECAY,
              Decay.DECAY,
              Moments.AMSGRAD)
          .traits(AdamW::traits)
          .with(ClosedSteps.class, (s, parameters, total) -> of(s).closed(parameters, total))
          .creates(AdamW::of);

  private static AdamW of(Settings s) {
    return new AdamW(s.get(Adam.LR), Moments.of(s), s.get(WEIGHT_DECAY), s.get(Decay.DECAY));
  }

  private static Traits traits(Settings s) {
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.passes(1).slots(Moments.of(s).slots()),
        "Loshchilov and Hutter 2019, Decoupled weight decay regularization (arXiv:1711.05101)");
  }

  /** The equation above on the host: each parameter by itself. */
  private ClosedSteps.Training closed(List<ParameterSpec> parameters, long total) {
    Map<String, Moments.Closed> means = new HashMap<>();
    return (step, weights, gradient) -> {
      Map<String, double[]> g = gradient.apply(weights);
      Map<String, double[]> next = new LinkedHashMap<>();
      for (ParameterSpec p : parameters) {
        double[] w = weights.get(p.name()).clone();
        double lambda = decay.covers(p) ? weightDecay : 0;
        double[] d =
            means
                .computeIfAbsent(p.name(), n -> new Moments.Closed(moments, w.length))
                .direction(g.get(p.name()));
        for (int i = 0; i < w.length; i++) {
          w[i] -= lr.at(step, total) * (d[i] + lambda * w[i]);
        }
        next.put(p.name(), w);
      }
      return next;
    };
  }

  @Override
  public Updates updates(StepContext c) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors shrunk =
        decay.alone(c, c.scheduled((step, total) -> -weightDecay * lr.at(step, total)), g);
    return new Updates(moments.moved(c, lr, shrunk, g));
  }
}
