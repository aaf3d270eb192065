package com.acme.sign;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;

/** Describes {@link Sign}: its name, its settings with their defaults, and what it costs. */
final class SignProvider implements OptimizerProvider {
  static final Setting<Schedule> LR =
      Setting.schedule("lr", 1e-4, 0, 1, "learning rate: how far each weight moves in a step");
  static final Setting<Double> BETA =
      Setting.real("beta", 0.9, 0, 1, "share of the old momentum that is kept");

  @Override
  public ComponentId id() {
    return new ComponentId("acme.sign");
  }

  @Override
  public String summary() {
    return "Sign descent with momentum";
  }

  @Override
  public String equation() {
    return "m = beta m + (1 - beta) g; w -= lr sign(m)";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LR, BETA);
  }

  @Override
  public Traits traits(Settings s) {
    return Traits.of(
        Onset.FIRST_TASK, Cost.passes(1).slots(1), "Bernstein et al. 2018, signSGD (arXiv:1802.04434)");
  }

  @Override
  public Optimizer create(Settings s) {
    return new Sign(s.get(LR), s.get(BETA).floatValue());
  }
}
