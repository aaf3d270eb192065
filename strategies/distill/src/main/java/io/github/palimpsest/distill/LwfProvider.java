package io.github.palimpsest.distill;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.Set;

/** Provides {@link Distillation} as learning without forgetting. */
final class LwfProvider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Double> TEMPERATURE =
      Setting.real("temperature", 2, 1e-3, 1e3, "divides the logits of both");

  @Override
  public ComponentId id() {
    return new ComponentId("lwf");
  }

  @Override
  public String summary() {
    return "Learning without forgetting: keeps the predictions of the model before the task";
  }

  @Override
  public String equation() {
    return "lambda T^2 * mean over target tokens of KL(p_old || p_w); p = softmax(logits / T)";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA, TEMPERATURE);
  }

  /** A forward pass more a step, which is a third of a pass; one copy of the weights in all. */
  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS,
        settings.get(LAMBDA) == 0 ? Cost.NONE : new Cost(1.0 / 3, 0, 1),
        "Li and Hoiem 2016, Learning without forgetting, arXiv:1606.09282");
  }

  /** Its teacher is the task before, and no earlier one. */
  @Override
  public Set<Promise> promises(Settings settings) {
    return Promise.usualWithout(Kind.REGULARIZER, Promise.COUNTS_ALL_TASKS);
  }

  @Override
  public Regularizer create(Settings settings) {
    return new Distillation(
        settings.get(LAMBDA),
        settings.get(TEMPERATURE),
        Distillation.Direction.FORWARD,
        Distillation.Teacher.PREVIOUS,
        false,
        Distillation.Inputs.ALL);
  }
}
