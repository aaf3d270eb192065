package com.acme.soft;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
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
 * {@code lambda sum_k sum_i (sqrt(1 + d^2) - 1)} with {@code d = (w_i - w_ki) / width}: quadratic
 * near the weights w_k after task k, linear far away. Charbonnier et al. 1994.
 *
 * @param lambda the strength
 * @param width the distance at which the pull stops growing
 */
record SoftAnchors(float lambda, float width) implements Regularizer {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, 1e6, "strength: 0 for no pull");
  static final Setting<Double> WIDTH =
      Setting.real("width", 0.1, 1e-6, 1e6, "distance at which the pull stops growing");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "acme.soft-anchors",
              "Pulls the weights back to finished tasks, far ones no harder than near ones",
              "lambda sum over tasks k, weights i of sqrt(1 + ((w_i - w_ki) / width)^2) - 1")
          .settings(LAMBDA, WIDTH)
          .traits(
              Traits.of(
                  Onset.LATER_TASKS,
                  Cost.NONE.snapshots(1),
                  "Charbonnier et al. 1994 (doi:10.1109/ICIP.1994.413553)"))
          // not the lambda/2 d^2 that an anchor usually is
          .promisesNot(Promise.HALF_SQUARE)
          .creates(s -> new SoftAnchors(s.get(LAMBDA).floatValue(), s.get(WIDTH).floatValue()));

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return new Bound(this, site);
  }

  private record Bound(SoftAnchors settings, RegularizerSite site) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      Operand<TFloat32> one = tf.constant(1f);
      Operand<TFloat32> sum = tf.constant(0f);
      for (int k = 0; k < site.finishedTasks(); k++) {
        Tensors d =
            point
                .at()
                .tensors()
                .minus(tf, site.memory(anchor(k)))
                .scale(tf, tf.constant(1 / settings.width()));
        // d^2 / (1 + sqrt(1 + d^2)) is the same number, without a difference of near ones
        Tensors pulls =
            d.map(
                x -> {
                  Operand<TFloat32> square = tf.math.square(x);
                  Operand<TFloat32> root = tf.math.sqrt(tf.math.add(one, square));
                  return tf.math.div(square, tf.math.add(one, root));
                });
        sum = tf.math.add(sum, pulls.sum(tf));
      }
      return tf.math.mul(tf.constant(settings.lambda()), sum);
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
