package io.github.palimpsest.distill;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.regularizer.RegularizerProvider;

/** Offers {@link Distillation} as a divergence from the pretrained model. */
final class Kl {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Distillation.Direction> DIRECTION =
      Setting.choice(
          "direction",
          Distillation.Direction.class,
          Distillation.Direction.FORWARD,
          "forward: KL(teacher || model); reverse: KL(model || teacher)");
  static final Setting<Distillation.Teacher> TEACHER =
      Setting.choice(
          "teacher",
          Distillation.Teacher.class,
          Distillation.Teacher.PRETRAINED,
          "pretrained: the weights before the first task; previous: those before the current one");
  static final Setting<Double> TEMPERATURE =
      Setting.real("temperature", 1, 1e-3, 1e3, "divides the logits of both");

  static final Setting<Boolean> MASK_TARGET =
      Setting.flag(
          "mask-target", false, "true: both distributions leave out the token to be predicted");

  static final Setting<Distillation.Inputs> INPUTS =
      Setting.choice(
          "inputs",
          Distillation.Inputs.class,
          Distillation.Inputs.ALL,
          "on which examples: all, those of the current task, or those that rehearsal adds as"
              + " anchors");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "kl",
              "Divergence from the base model: keeps its predictions on the batch's inputs",
              "lambda T^2 * mean over target tokens of KL(p_teacher || p_w), or of KL(p_w || p_teacher);"
                  + " p = softmax(logits / T)")
          .settings(LAMBDA, DIRECTION, TEACHER, TEMPERATURE, MASK_TARGET, INPUTS)
          .traits(Kl::traits)
          // its teacher is where training started, or the task before
          .promisesNot(Promise.ZERO_AT_ANCHOR, Promise.COUNTS_ALL_TASKS)
          .creates(
              s ->
                  new Distillation(
                      s.get(LAMBDA),
                      s.get(TEMPERATURE),
                      s.get(DIRECTION),
                      s.get(TEACHER),
                      s.get(MASK_TARGET),
                      s.get(INPUTS)));

  /** A forward pass more a step, which is a third of a pass; one copy of the weights in all. */
  private static Traits traits(Settings s) {
    return Traits.of(
        s.get(TEACHER) == Distillation.Teacher.PRETRAINED ? Onset.FIRST_TASK : Onset.LATER_TASKS,
        s.get(LAMBDA) == 0 ? Cost.NONE : Cost.passes(1.0 / 3).snapshots(1),
        "Hinton, Vinyals and Dean 2015, Distilling the knowledge in a neural network,"
            + " arXiv:1503.02531",
        "Mask-the-Target 2026, arXiv:2605.29498");
  }

  private Kl() {}
}
