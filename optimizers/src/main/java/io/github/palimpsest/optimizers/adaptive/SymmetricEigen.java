package io.github.palimpsest.optimizers.adaptive;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.linalg.SelfAdjointEig;
import org.tensorflow.types.TFloat32;

/**
 * Functions of symmetric matrices by their eigenvectors. The runtime computes these on one thread.
 */
final class SymmetricEigen {
  private SymmetricEigen() {}

  /** {@code G G'}, or {@code G' G}. */
  static Operand<TFloat32> gram(Ops tf, Operand<TFloat32> g, boolean left) {
    return left
        ? tf.linalg.matMul(g, g, MatMul.transposeB(true))
        : tf.linalg.matMul(g, g, MatMul.transposeA(true));
  }

  /**
   * The singular vectors of G with the r largest singular values, in their order: columns of U if
   * left, else of V. Of each, the element of the largest size is positive.
   */
  static Operand<TFloat32> singularVectors(Ops tf, Operand<TFloat32> g, boolean left, int r) {
    // squares of small gradients would vanish
    Operand<TFloat32> scaled =
        tf.math.divNoNan(g, tf.math.sqrt(tf.math.mul(tf.nn.l2Loss(g), tf.constant(2f))));
    Operand<TFloat32> ascending = of(tf, gram(tf, scaled, left)).v();
    int last = (int) ascending.shape().get(1);
    Operand<TFloat32> u =
        tf.slice(
            tf.reverse(ascending, tf.constant(new int[] {1})),
            tf.constant(new int[] {0, 0}),
            tf.constant(new int[] {last, r}));
    Operand<TFloat32> most = tf.max(u, tf.constant(0));
    Operand<TFloat32> least = tf.min(u, tf.constant(0));
    Operand<TFloat32> one = tf.onesLike(most);
    Operand<TFloat32> sign =
        tf.select(
            tf.math.greaterEqual(tf.math.add(most, least), tf.zerosLike(most)),
            one,
            tf.math.neg(one));
    return tf.math.mul(u, sign);
  }

  /** {@code A^power} of a positive A; eigenvalues below {@code least} count as it. */
  static Operand<TFloat32> power(
      Ops tf, Operand<TFloat32> a, double power, Operand<TFloat32> least) {
    SelfAdjointEig<TFloat32> eigen = of(tf, a);
    Operand<TFloat32> root =
        tf.math.pow(tf.math.maximum(eigen.e(), least), tf.constant((float) power));
    return tf.linalg.matMul(tf.math.mul(eigen.v(), root), eigen.v(), MatMul.transposeB(true));
  }

  /** The runtime refuses numbers that are not finite; the step is then an error by its loss. */
  private static SelfAdjointEig<TFloat32> of(Ops tf, Operand<TFloat32> a) {
    return tf.linalg.selfAdjointEig(tf.select(tf.math.isFinite(a), a, tf.zerosLike(a)));
  }
}
