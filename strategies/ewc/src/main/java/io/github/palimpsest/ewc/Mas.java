package io.github.palimpsest.ewc;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Memory-aware synapses (Aljundi et al. 2018, arXiv:1711.09601):
 *
 * <pre>
 *   penalty(w) = lambda * sum_i Omega_i (w_i - a_i)^2
 *   Omega_i = sum over finished tasks of 1/N sum_n | d |f(x_n)|^2 / d w_i |
 * </pre>
 *
 * <p>Without a one-half, as in the paper. {@code f} are the logits of an example at all its
 * positions, those of a prompt too; labels are not used. {@code a} are the weights after the last
 * finished task. Under an adapter w are the adapter's own parameters. The authors' code averages
 * the importances of tasks, where the paper adds them up.
 */
record Mas(double lambda, int examples) implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Integer> EXAMPLES =
      Setting.integer(
          "examples",
          256,
          1,
          Integer.MAX_VALUE,
          "at most this number of examples for the estimate of Omega");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "mas",
              "Memory-aware synapses: holds the weights to which the outputs are sensitive",
              "lambda * sum_i Omega_i (w_i - a_i)^2; Omega_i = sum over tasks of mean over examples of"
                  + " |d |f(x)|^2 / d w_i|, f the logits")
          .settings(LAMBDA, EXAMPLES)
          .traits(Mas::traits)
          .creates(s -> new Mas(s.get(LAMBDA), s.get(EXAMPLES)));

  /** Two copies are kept for any number of tasks; the bound is two per task. */
  private static Traits traits(Settings s) {
    return Traits.of(
        Onset.LATER_TASKS,
        s.get(LAMBDA) == 0 ? Cost.NONE : Cost.NONE.snapshots(2),
        "Aljundi et al. 2018, Memory aware synapses: learning what (not) to forget,"
            + " arXiv:1711.09601");
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return lambda == 0
        ? point -> site.tf().constant(0f)
        : AccumulatedImportance.of(
            site, lambda, task -> task.meanAbsoluteGradient(examples, Mas::squaredLength));
  }

  private static Operand<TFloat32> squaredLength(Ops tf, Forward forward) {
    Operand<TFloat32> flat = tf.reshape(forward.logits(), tf.constant(new int[] {-1}));
    return tf.sum(tf.math.square(flat), tf.constant(0));
  }
}
