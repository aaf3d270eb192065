package io.github.palimpsest.llm.model;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Root mean square normalisation: {@code x / sqrt(mean(x^2) + epsilon) * gain} (Zhang and Sennrich
 * 2019, arXiv 1910.07467).
 */
final class RmsNorm {
  private final Ops tf;
  private final Operand<TFloat32> averaging;
  private final Operand<TFloat32> epsilon;

  RmsNorm(Ops tf, int width, double epsilon) {
    this.tf = tf;
    FloatNdArray column = NdArrays.ofFloats(Shape.of(width, 1));
    column.scalars().forEach(s -> s.setFloat(1f / width));
    this.averaging = tf.constant(column);
    this.epsilon = tf.constant(new float[] {(float) epsilon});
  }

  /**
   * Normalises each row.
   *
   * @param x {@code [n, width]}
   * @param gain {@code [width]}
   * @return {@code [n, width]}
   */
  Operand<TFloat32> apply(Operand<TFloat32> x, Operand<TFloat32> gain) {
    // a product with a column of 1/width is the mean, with a gradient of 2 nodes instead of 25
    Operand<TFloat32> meanSquare = tf.linalg.matMul(tf.math.square(x), averaging);
    Operand<TFloat32> scale = tf.math.rsqrt(tf.nn.biasAdd(meanSquare, epsilon));
    return tf.math.mul(tf.math.mul(x, scale), gain);
  }
}
