package io.github.palimpsest.distill;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.regularizer.RegularizerProvider;

/**
 * Offers {@link Distillation} as learning without forgetting. The factor T^2 is of Hinton et al.
 * 2015 and not in Li and Hoiem 2016: with {@code temperature=2}, their strength is {@code
 * lambda=0.25} here.
 */
final class Lwf {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Double> TEMPERATURE =
      Setting.real("temperature", 2, 1e-3, 1e3, "divides the logits of both");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "lwf",
              "Learning without forgetting: keeps the predictions of the model before the task",
              "lambda T^2 * mean over target tokens of KL(p_old || p_w); p = softmax(logits / T)")
          .settings(LAMBDA, TEMPERATURE)
          .traits(Lwf::traits)
          // its teacher is the previous task only
          .promisesNot(Promise.COUNTS_ALL_TASKS)
          .creates(
              s ->
                  new Distillation(
                      s.get(LAMBDA),
                      s.get(TEMPERATURE),
                      Distillation.Direction.FORWARD,
                      Distillation.Teacher.PREVIOUS,
                      false,
                      Distillation.Inputs.ALL));

  /**
   * One more forward pass per step, which is a third of a pass; one copy of the weights in total.
   */
  private static Traits traits(Settings s) {
    return Traits.of(
        Onset.LATER_TASKS,
        s.get(LAMBDA) == 0 ? Cost.NONE : Cost.passes(1.0 / 3).snapshots(1),
        "Li and Hoiem 2016, Learning without forgetting, arXiv:1606.09282");
  }

  private Lwf() {}
}
