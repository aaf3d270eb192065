package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** {@code factor |w - a|^2} with the weights after the last task, and no importance. */
public record SquaredDistance(double factor) implements Regularizer {
  private static final String ANCHOR = "anchor";

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return new BoundRegularizer() {
      @Override
      public Operand<TFloat32> penalty(LossPoint point) {
        Ops tf = site.tf();
        if (site.finishedTasks() == 0) {
          return tf.constant(0f);
        }
        Tensors moved = point.at().tensors().minus(tf, site.memory(ANCHOR));
        return tf.math.mul(tf.constant((float) factor), moved.dot(tf, moved));
      }

      @Override
      public void afterTask(FinishedTask task) {
        task.remember(ANCHOR, task.weights());
      }
    };
  }
}
