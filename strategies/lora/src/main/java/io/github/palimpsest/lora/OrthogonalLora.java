package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.List;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * O-LoRA's orthogonality term (Wang et al. 2023, arXiv:2310.14152): a fresh adapter of the current
 * task is to read from directions that no earlier task's adapter has read from,
 *
 * <pre>
 *   penalty = lambda * sum over finished tasks t, kernels, i, j of |(A_t^T A)_ij|,    A [in, r]
 * </pre>
 *
 * <p>as the authors' code has it (a sum of absolute values; the paper squares them). It needs
 * {@code lora} with {@code merge-after-task=true}, so that each task has an adapter of its own;
 * with one adapter for all tasks the term would push it away from itself.
 */
record OrthogonalLora(double lambda) implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.5, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "o-lora",
              "Orthogonal LoRA: each task's adapter keeps away from the directions of earlier ones",
              "lambda * sum over earlier tasks t of |A_t^T A|_1; needs lora(merge-after-task=true)")
          .settings(LAMBDA)
          .traits(OrthogonalLora::traits)
          // it pushes away from earlier tasks, and pulls to none
          .promisesNot(Promise.ZERO_AT_ANCHOR)
          .creates(s -> new OrthogonalLora(s.get(LAMBDA)));

  /** A copy of A for each task: at most half of the adapter's size. */
  private static Traits traits(Settings s) {
    return Traits.of(
            Onset.LATER_TASKS,
            s.get(LAMBDA) == 0 ? Cost.NONE : Cost.NONE.snapshots(1),
            "Wang et al. 2023, Orthogonal subspace learning for language model continual learning,"
                + " arXiv:2310.14152")
        .requiring("lora");
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    List<String> a =
        site.trainable().stream()
            .map(p -> p.name())
            .filter(n -> n.startsWith(LowRank.a("")))
            .toList();
    if (a.isEmpty()) {
      throw new PalimpsestException("'o-lora' finds no matrix A of 'lora' to keep orthogonal");
    }
    return lambda == 0 ? point -> site.tf().constant(0f) : new Bound(site, lambda, a);
  }

  private record Bound(RegularizerSite site, double lambda, List<String> names)
      implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      Operand<TFloat32> sum = tf.constant(0f);
      for (int t = 0; t < site.finishedTasks(); t++) {
        Tensors old = site.memory("a-" + t);
        for (String name : names) {
          Operand<TFloat32> overlap =
              tf.linalg.matMul(
                  old.get(name), point.at().tensors().get(name), MatMul.transposeA(true));
          sum = tf.math.add(sum, tf.sum(tf.math.abs(overlap), tf.constant(new int[] {0, 1})));
        }
      }
      return tf.math.mul(tf.constant((float) lambda), sum);
    }

    @Override
    public void afterTask(FinishedTask task) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      names.forEach(n -> shapes.put(n, task.weights().shape(n)));
      task.remember("a-" + task.index(), WeightSnapshot.computed(shapes, task.weights()::copy));
    }
  }
}
