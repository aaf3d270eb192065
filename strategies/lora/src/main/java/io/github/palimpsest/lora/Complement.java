package io.github.palimpsest.lora;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/** What is left of a matrix orthogonal to k orthonormal directions P {@code [n, k]}. */
final class Complement {
  private Complement() {}

  /** {@code (I - P P^T) X}. */
  static Operand<TFloat32> ofColumns(Ops tf, Operand<TFloat32> x, Operand<TFloat32> p) {
    return tf.math.sub(x, tf.linalg.matMul(p, tf.linalg.matMul(p, x, MatMul.transposeA(true))));
  }

  /** {@code X (I - P P^T)}. */
  static Operand<TFloat32> ofRows(Ops tf, Operand<TFloat32> x, Operand<TFloat32> p) {
    return tf.math.sub(x, tf.linalg.matMul(tf.linalg.matMul(x, p), p, MatMul.transposeB(true)));
  }

  /**
   * {@code (I - P P^T) X}, in double precision.
   *
   * @param x {@code [n, m]}
   * @param p {@code [n, k]}
   */
  static float[] ofColumns(float[] x, float[] p, int k) {
    return without(x, x.length / (p.length / k), 1, p, k);
  }

  /**
   * {@code X (I - P P^T)}, in double precision.
   *
   * @param x {@code [m, n]}
   * @param p {@code [n, k]}
   */
  static float[] ofRows(float[] x, float[] p, int k) {
    return without(x, 1, p.length / k, p, k);
  }

  /**
   * {@code q - P P^T q} for each vector q of a matrix.
   *
   * @param step from one entry of a vector to its next
   * @param next from one vector to the next
   */
  private static float[] without(float[] x, int step, int next, float[] p, int k) {
    int n = p.length / k;
    float[] left = new float[x.length];
    for (int q = 0; q < x.length / n; q++) {
      double[] along = new double[k];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < k; j++) {
          along[j] += (double) p[i * k + j] * x[q * next + i * step];
        }
      }
      for (int i = 0; i < n; i++) {
        double sum = x[q * next + i * step];
        for (int j = 0; j < k; j++) {
          sum -= p[i * k + j] * along[j];
        }
        left[q * next + i * step] = (float) sum;
      }
    }
    return left;
  }
}
