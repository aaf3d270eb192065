package io.github.palimpsest.ewc;

import io.github.palimpsest.api.Tensors;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

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
    // held constant, so that the gradient is the product itself instead of four passes more
    Tensors moved = w.minus(tf, anchor);
    Tensors pull = importance.times(tf, moved).map(x -> tf.stopGradient(x));
    Operand<TFloat32> sum =
        pull.zip(moved, (p, d) -> product(tf, p, d)).byName().values().stream()
            .reduce((a, b) -> tf.math.add(a, b))
            .orElseGet(() -> tf.constant(0f));
    Operand<TFloat32> twice = tf.math.mul(tf.constant((float) (2 * factor)), sum);
    return tf.math.sub(twice, tf.math.mul(tf.constant((float) factor), tf.stopGradient(sum)));
  }

  /**
   * The scalar product of two tensors as a product of rows, whose gradient is one pass. As that of
   * a row and a column it takes six times as long.
   */
  private static Operand<TFloat32> product(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    Operand<TInt32> row = tf.constant(new int[] {1, -1});
    return tf.reshape(
        tf.linalg.matMul(tf.reshape(a, row), tf.reshape(b, row), MatMul.transposeB(true)),
        tf.constant(new int[0]));
  }

  /** The sum of several penalties, 0 for none. */
  static Operand<TFloat32> sum(Ops tf, List<QuadraticPenalty> terms, Tensors w) {
    return terms.stream()
        .map(t -> t.at(tf, w))
        .reduce((a, b) -> tf.math.add(a, b))
        .orElseGet(() -> tf.constant(0f));
  }
}
