package io.github.palimpsest.decoder;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Layer normalisation: {@code y = gain (x - mean(x)) / sqrt(var(x) + epsilon) + shift} (Ba et al.
 * 2016, arXiv 1607.06450).
 */
public final class LayerNorm {
  private final Ops tf;
  private final Operand<TFloat32> averaging;
  private final Operand<TFloat32> epsilon;

  public LayerNorm(Ops tf, int width, double epsilon) {
    this.tf = tf;
    this.averaging = RmsNorm.averaging(tf, width);
    this.epsilon = tf.constant(new float[] {(float) epsilon});
  }

  /**
   * Normalises each row.
   *
   * @param x {@code [n, width]}
   * @param gain {@code [width]}
   * @param shift {@code [width]}
   * @return {@code [n, width]}
   */
  public Operand<TFloat32> apply(
      Operand<TFloat32> x, Operand<TFloat32> gain, Operand<TFloat32> shift) {
    Operand<TFloat32> centred = tf.math.sub(x, tf.linalg.matMul(x, averaging));
    Operand<TFloat32> variance = tf.linalg.matMul(tf.math.square(centred), averaging);
    Operand<TFloat32> r = tf.math.rsqrt(tf.nn.biasAdd(variance, epsilon));
    return tf.nn.biasAdd(tf.math.mul(tf.math.mul(centred, r), gain), shift);
  }
}
