package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Root mean square normalisation: {@code y = n gain}, {@code n = x r}, {@code r = 1 /
 * sqrt(mean(x^2) + epsilon)} (Zhang and Sennrich 2019, arXiv 1910.07467).
 *
 * <p>The runtime's gradient differentiates the mean separately, in more passes over the rows.
 * Therefore this class gives the gradient: {@code dx = r (dy gain - n mean(dy gain n))}, {@code
 * dgain = sum(dy n)} over the rows.
 */
final class RmsNorm {
  private static final String NAME = "RmsNorm";

  private final Ops tf;
  private final Operand<TFloat32> averaging;
  private final Operand<TFloat32> epsilon;

  RmsNorm(Ops tf, int width, double epsilon) {
    this.tf = tf;
    this.averaging = averaging(tf, width);
    this.epsilon = tf.constant(new float[] {(float) epsilon});
  }

  /** A column {@code [width, 1]} of 1/width: the product of a row with it is the row's mean. */
  static Operand<TFloat32> averaging(Ops tf, int width) {
    FloatNdArray column = NdArrays.ofFloats(Shape.of(width, 1));
    column.scalars().forEach(s -> s.setFloat(1f / width));
    return tf.constant(column);
  }

  /**
   * Normalises each row.
   *
   * @param x {@code [n, width]}
   * @param gain {@code [width]}
   * @return {@code [n, width]}
   */
  Operand<TFloat32> apply(Operand<TFloat32> x, Operand<TFloat32> gain) {
    Operand<TFloat32> given = tf.stopGradient(x);
    Operand<TFloat32> meanSquare = tf.linalg.matMul(tf.math.square(given), averaging);
    Operand<TFloat32> r = tf.math.rsqrt(tf.nn.biasAdd(meanSquare, epsilon));
    Operand<TFloat32> n = tf.math.mul(given, r);
    Operand<TFloat32> y = tf.math.mul(n, tf.stopGradient(gain));
    return GivenGradient.of(tf, NAME, RmsNorm::back, y, List.of(x, gain, n, r, averaging));
  }

  private static List<Operand<TFloat32>> back(
      Ops tf, List<Output<?>> passed, Operand<TFloat32> dy) {
    Operand<TFloat32> gain = GivenGradient.floats(passed.get(1));
    Operand<TFloat32> n = GivenGradient.floats(passed.get(2));
    Operand<TFloat32> r = GivenGradient.floats(passed.get(3));
    Operand<TFloat32> averaging = GivenGradient.floats(passed.get(4));
    Operand<TFloat32> dyN = tf.math.mul(dy, n);
    Operand<TFloat32> byGain = tf.math.mul(averaging, tf.expandDims(gain, tf.constant(1)));
    Operand<TFloat32> mean = tf.linalg.matMul(dyN, byGain);
    Operand<TFloat32> dx = tf.math.mul(tf.math.sub(tf.math.mul(dy, gain), tf.math.mul(n, mean)), r);
    return List.of(dx, tf.sum(dyN, tf.constant(0)));
  }
}
