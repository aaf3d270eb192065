package io.github.palimpsest.optimizers.descent;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.ClosedSteps;
import io.github.palimpsest.api.optimizer.OptimizerProvider;

/** The two usual momentum methods under their own names: {@link Sgd} with momentum 0.9. */
final class Momentum {
  static final Setting<Double> MOMENTUM =
      Setting.real(
          "momentum", 0.9, Double.MIN_NORMAL, 1, "mu: share of the last direction that is kept");

  static final OptimizerProvider HEAVY_BALL =
      provider(
          "momentum",
          "Heavy-ball momentum: sgd(momentum=0.9)",
          "b = momentum b + g; w -= lr b",
          false,
          "Polyak 1964, Some methods of speeding up the convergence of iteration methods");

  static final OptimizerProvider NESTEROV =
      provider(
          "nesterov",
          "Nesterov's momentum: sgd(momentum=0.9, nesterov=true)",
          "b = momentum b + g; w -= lr (g + momentum b)",
          true,
          "Sutskever, Martens, Dahl and Hinton 2013, On the importance of initialization and"
              + " momentum in deep learning (ICML)");

  private Momentum() {}

  private static OptimizerProvider provider(
      String id, String summary, String equation, boolean nesterov, String reference) {
    return OptimizerProvider.of(id, summary, equation)
        .settings(Sgd.LR, MOMENTUM, Sgd.WEIGHT_DECAY)
        .traits(s -> Traits.of(Onset.FIRST_TASK, Cost.passes(1).slots(1), reference))
        .with(ClosedSteps.class, (s, parameters, total) -> sgd(s, nesterov).closed(total))
        .creates(s -> sgd(s, nesterov));
  }

  private static Sgd sgd(Settings s, boolean nesterov) {
    return new Sgd(s.get(Sgd.LR), s.get(MOMENTUM), 0, nesterov, s.get(Sgd.WEIGHT_DECAY));
  }
}
