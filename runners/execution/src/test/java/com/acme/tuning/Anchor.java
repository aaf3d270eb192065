package com.acme.tuning;

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

/** {@code lambda/2 |w - w'|^2}, where w' are the weights after the task before. */
record Anchor(float lambda) implements Regularizer {
  static final Setting<Double> LAMBDA = Setting.real("lambda", 0.01, 0, 1e6, "strength");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of("acme.anchor", "Pulls the weights back", "lambda/2 |w - w'|^2")
          .settings(LAMBDA)
          .traits(Traits.of(Onset.LATER_TASKS, Cost.NONE.snapshots(1), "arXiv:1802.01483"))
          .creates(s -> new Anchor(s.get(LAMBDA).floatValue()));

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return new BoundRegularizer() {
      @Override
      public Operand<TFloat32> penalty(LossPoint point) {
        Ops tf = site.tf();
        if (site.finishedTasks() == 0) {
          return tf.constant(0f);
        }
        Tensors moved = point.at().tensors().minus(tf, site.memory("anchor"));
        return tf.math.mul(tf.constant(lambda / 2), moved.dot(tf, moved));
      }

      @Override
      public void afterTask(FinishedTask task) {
        task.remember("anchor", task.weights());
      }
    };
  }
}
