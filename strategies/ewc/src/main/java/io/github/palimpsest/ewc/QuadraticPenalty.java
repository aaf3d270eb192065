package io.github.palimpsest.ewc;

import io.github.palimpsest.api.Tensors;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code factor * sum_i importance_i (w_i - anchor_i)^2}: exactly 0 with gradient 0 at the anchor
 * (REG-02). The one-half, where a method has one, is in the factor.
 *
 * @param factor the strength
 * @param importance one tensor for each parameter, at least 0
 * @param anchor one tensor for each parameter
 */
record QuadraticPenalty(double factor, Tensors importance, Tensors anchor) {
  Operand<TFloat32> at(Ops tf, Tensors w) {
    Tensors moved = w.minus(tf, anchor);
    Operand<TFloat32> sum = importance.dot(tf, moved.map(d -> tf.math.square(d)));
    return tf.math.mul(tf.constant((float) factor), sum);
  }

  /** The sum of several penalties, 0 for none. */
  static Operand<TFloat32> sum(Ops tf, List<QuadraticPenalty> terms, Tensors w) {
    return terms.stream()
        .map(t -> t.at(tf, w))
        .reduce((a, b) -> tf.math.add(a, b))
        .orElseGet(() -> tf.constant(0f));
  }
}
