package io.github.palimpsest.ewc;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;

/** Provides {@link SynapticIntelligence}. */
final class SynapticIntelligenceProvider implements RegularizerProvider {
  static final Setting<Double> C =
      Setting.real("c", 0.1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Double> XI =
      Setting.real(
          "xi",
          0.1,
          1e-12,
          Double.MAX_VALUE,
          "damping: bounds the importance of what hardly moved");
  static final Setting<Boolean> KEEP_NEGATIVE =
      Setting.flag(
          "keep-negative",
          false,
          "true: a negative importance is kept, and the penalty may be negative");

  @Override
  public ComponentId id() {
    return new ComponentId("si");
  }

  @Override
  public String summary() {
    return "Synaptic intelligence: holds the weights whose path lowered the loss";
  }

  @Override
  public String equation() {
    return "c * sum_i Omega_i (w_i - a_i)^2; Omega_i = sum over tasks of omega_i / (moved_i^2 + xi);"
        + " omega_i = sum over steps of -g_i * update_i";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(C, XI, KEEP_NEGATIVE);
  }

  /**
   * It changes the weights from the second task on, but must follow the first one. The gradient of
   * the data loss is a pass of its own; two copies are kept whatever the number of tasks.
   */
  @Override
  public Traits traits(Settings settings) {
    boolean off = settings.get(C) == 0;
    return Traits.of(
        off ? Onset.LATER_TASKS : Onset.FIRST_TASK,
        off ? Cost.NONE : new Cost(1, 1, 2),
        "Zenke, Poole and Ganguli 2017, Continual learning through synaptic intelligence,"
            + " arXiv:1703.04200");
  }

  @Override
  public Regularizer create(Settings settings) {
    return new SynapticIntelligence(settings.get(C), settings.get(XI), settings.get(KEEP_NEGATIVE));
  }
}
