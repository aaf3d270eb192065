package io.github.palimpsest.lora;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Rotations of blocks of size b. Each is made from a skew-symmetric matrix Q, whose entries above
 * the diagonal are one row of a matrix {@code [blocks, b (b - 1) / 2]}, as in PEFT.
 */
enum Rotation {
  /** {@code I + 2 Q + 2 Q^2 + 2 Q^3 + Q^4}: nearly a rotation while Q is small. */
  NEUMANN,
  /** {@code (I - Q) (I + Q)^-1}, Cayley's form, a rotation for every Q; to first order I - 2 Q. */
  EXACT;

  /**
   * The rotations in a graph.
   *
   * @param q {@code [blocks, b (b - 1) / 2]}
   * @return {@code [blocks, b, b]}
   */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> q, int b) {
    Operand<TFloat32> skew = skew(tf, q, b);
    Operand<TFloat32> one = identity(tf, b);
    Operand<TFloat32> two = tf.constant(2f);
    if (this == NEUMANN) {
      Operand<TFloat32> square = product(tf, skew, skew);
      Operand<TFloat32> odd = tf.math.add(skew, tf.math.add(square, product(tf, square, skew)));
      return tf.math.add(tf.math.add(one, tf.math.mul(two, odd)), product(tf, square, square));
    }
    // two steps of Newton's method from the inverse itself change only its derivatives
    Operand<TFloat32> sum = tf.math.add(one, skew);
    Operand<TFloat32> inverse = tf.linalg.inv(tf.stopGradient(sum));
    inverse = tf.stopGradient(inverse);
    for (int step = 0; step < 2; step++) {
      Operand<TFloat32> rest = tf.math.sub(tf.math.mul(two, one), product(tf, sum, inverse));
      inverse = product(tf, inverse, rest);
    }
    return tf.math.sub(tf.math.mul(two, inverse), one);
  }

  /**
   * {@code R W} with R of blocks on its diagonal.
   *
   * @param r {@code [blocks, b, b]}
   * @param w {@code [blocks b, out]}
   */
  static Operand<TFloat32> rotated(
      Ops tf, Operand<TFloat32> r, Operand<TFloat32> w, int b, long out) {
    Operand<TFloat32> blocks = tf.reshape(w, tf.constant(new long[] {-1, b, out}));
    return tf.reshape(product(tf, r, blocks), tf.constant(new long[] {-1, out}));
  }

  private static Operand<TFloat32> skew(Ops tf, Operand<TFloat32> q, int b) {
    Operand<TInt32> turned = tf.constant(new int[] {1, 0});
    Operand<TFloat32> above = tf.linalg.transpose(q, turned);
    Operand<TFloat32> none =
        tf.zerosLike(
            tf.slice(above, tf.constant(new int[] {0, 0}), tf.constant(new int[] {1, -1})));
    Operand<TFloat32> entries = tf.concat(List.of(above, tf.math.neg(above), none), tf.constant(0));
    Operand<TFloat32> all = tf.gather(entries, tf.constant(places(b)), tf.constant(0));
    return tf.reshape(tf.linalg.transpose(all, turned), tf.constant(new int[] {-1, b, b}));
  }

  /** For each entry of Q, row by row, its row among those above, their negatives, and zero. */
  private static int[] places(int b) {
    int count = b * (b - 1) / 2;
    int[] places = new int[b * b];
    int next = 0;
    for (int i = 0; i < b; i++) {
      places[i * b + i] = 2 * count;
      for (int j = i + 1; j < b; j++) {
        places[i * b + j] = next;
        places[j * b + i] = count + next;
        next++;
      }
    }
    return places;
  }

  private static Operand<TFloat32> identity(Ops tf, int b) {
    float[][][] one = new float[1][b][b];
    for (int i = 0; i < b; i++) {
      one[0][i][i] = 1;
    }
    return tf.constant(one);
  }

  /** Products of the matrices of two batches; the first may hold one for all. */
  private static Operand<TFloat32> product(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.train.batchMatMul(a, b, TFloat32.class);
  }

  /**
   * One rotation on the host, in double precision.
   *
   * @param q its entries above the diagonal, from a place on
   * @return {@code [b, b]}
   */
  double[] of(float[] q, int from, int b) {
    double[] skew = new double[b * b];
    int next = from;
    for (int i = 0; i < b; i++) {
      for (int j = i + 1; j < b; j++) {
        skew[i * b + j] = q[next];
        skew[j * b + i] = -q[next];
        next++;
      }
    }
    return this == NEUMANN ? neumann(skew, b) : cayley(skew, b);
  }

  private static double[] neumann(double[] q, int b) {
    double[] square = product(q, q, b);
    double[] cube = product(square, q, b);
    double[] r = product(square, square, b);
    for (int i = 0; i < r.length; i++) {
      r[i] += 2 * (q[i] + square[i] + cube[i]) + (i / b == i % b ? 1 : 0);
    }
    return r;
  }

  /** Solves {@code (I + Q) R = I - Q}: the factors commute, and no pivot is below 1. */
  private static double[] cayley(double[] q, int b) {
    double[] left = q.clone();
    double[] r = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      double one = i / b == i % b ? 1 : 0;
      left[i] += one;
      r[i] = one - q[i];
    }
    for (int k = 0; k < b; k++) {
      for (int i = 0; i < b; i++) {
        double factor = i == k ? 0 : left[i * b + k] / left[k * b + k];
        for (int j = 0; j < b && factor != 0; j++) {
          left[i * b + j] -= factor * left[k * b + j];
          r[i * b + j] -= factor * r[k * b + j];
        }
      }
    }
    for (int i = 0; i < r.length; i++) {
      r[i] /= left[i / b * b + i / b];
    }
    return r;
  }

  private static double[] product(double[] x, double[] y, int b) {
    double[] z = new double[b * b];
    for (int i = 0; i < b; i++) {
      for (int k = 0; k < b; k++) {
        for (int j = 0; j < b; j++) {
          z[i * b + j] += x[i * b + k] * y[k * b + j];
        }
      }
    }
    return z;
  }
}
