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

/** Provides {@link Mas}. */
final class MasProvider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Integer> EXAMPLES =
      Setting.integer(
          "examples", 256, 1, Integer.MAX_VALUE, "at most so many examples estimate Omega");

  @Override
  public ComponentId id() {
    return new ComponentId("mas");
  }

  @Override
  public String summary() {
    return "Memory-aware synapses: holds the weights that the outputs are sensitive to";
  }

  @Override
  public String equation() {
    return "lambda * sum_i Omega_i (w_i - a_i)^2; Omega_i = sum over tasks of mean over examples of"
        + " |d |f(x)|^2 / d w_i|, f the logits";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA, EXAMPLES);
  }

  /** Two copies are kept whatever the number of tasks; two a task is their upper bound. */
  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS,
        settings.get(LAMBDA) == 0 ? Cost.NONE : new Cost(0, 0, 2),
        "Aljundi et al. 2018, Memory aware synapses: learning what (not) to forget,"
            + " arXiv:1711.09601");
  }

  @Override
  public Regularizer create(Settings settings) {
    return new Mas(settings.get(LAMBDA), settings.get(EXAMPLES));
  }
}
