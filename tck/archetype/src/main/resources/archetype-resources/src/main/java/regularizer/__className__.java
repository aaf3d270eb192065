package ${package};

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code lambda/2 sum_k |w - w_k|^2}, where w_k are the weights after task k.
 *
 * @param lambda the strength
 */
record ${className}(float lambda) implements Regularizer {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, 1e6, "strength: 0 for no pull");

  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "${id}",
              "Pulls the weights back to where each finished task left them",
              "lambda/2 sum over tasks k of |w - w_k|^2")
          .settings(LAMBDA)
          .traits(
              Traits.of(
                  Onset.LATER_TASKS,
                  Cost.NONE.snapshots(1),
                  "Li et al. 2018, Explicit inductive bias (arXiv:1802.01483)"))
          .creates(s -> new ${className}(s.get(LAMBDA).floatValue()));

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return new Bound(lambda, site);
  }

  private record Bound(float lambda, RegularizerSite site) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      Operand<TFloat32> sum = tf.constant(0f);
      for (int k = 0; k < site.finishedTasks(); k++) {
        Tensors moved = point.at().tensors().minus(tf, site.memory(anchor(k)));
        sum = tf.math.add(sum, moved.dot(tf, moved));
      }
      return tf.math.mul(tf.constant(lambda / 2), sum);
    }

    @Override
    public void afterTask(FinishedTask task) {
      task.remember(anchor(task.index()), task.weights());
    }

    private static String anchor(int task) {
      return "anchor-" + task;
    }
  }
}
