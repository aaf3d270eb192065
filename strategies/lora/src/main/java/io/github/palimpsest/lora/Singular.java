package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.linalg.SelfAdjointEig;
import org.tensorflow.op.linalg.Svd;
import org.tensorflow.types.TFloat32;

/**
 * Some neighbouring triples of the singular value decomposition {@code W = U diag(s) V^T} of a
 * kernel {@code [in, out]}, largest first.
 *
 * @param tf where it is built
 * @param s {@code [k]}
 * @param u {@code [in, k]}
 * @param v {@code [out, k]}
 * @param most the largest singular value of the kernel or a bound of it, {@code [1]}
 */
record Singular(
    Ops tf, Operand<TFloat32> s, Operand<TFloat32> u, Operand<TFloat32> v, Operand<TFloat32> most) {
  /** Share of the largest singular value below which one is divided unevenly among the factors. */
  private static final float FLOOR = 1e-6f;

  /** The first {@code k} triples. */
  static Singular largest(Ops tf, Operand<TFloat32> w, int k) {
    return some(tf, w, 0, k);
  }

  /** The last {@code k} triples. */
  static Singular smallest(Ops tf, Operand<TFloat32> w, int k) {
    return some(tf, w, Math.toIntExact(Math.min(w.shape().get(0), w.shape().get(1))) - k, k);
  }

  /**
   * The triples of {@code U_n U_n^T W}, where U_n holds the k directions that inputs use least:
   * eigenvectors of their second moment with the smallest eigenvalues (Tang et al. 2025,
   * arXiv:2503.02659). They are those of {@code U_n^T W}, seen from the kernel's inputs.
   *
   * @param moment {@code [in, in]}
   */
  static Singular unused(Ops tf, Operand<TFloat32> w, Operand<TFloat32> moment, int k) {
    Operand<TFloat32> directions =
        tf.linalg.selfAdjointEig(moment, SelfAdjointEig.computeV(true)).v();
    Operand<TFloat32> least =
        tf.slice(directions, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, k}));
    Svd<TFloat32> svd =
        tf.linalg.svd(
            tf.linalg.matMul(least, w, MatMul.transposeA(true)),
            Svd.computeUv(true),
            Svd.fullMatrices(false));
    Operand<TFloat32> size =
        tf.reshape(
            tf.linalg.euclideanNorm(w, tf.constant(new int[] {0, 1})), tf.constant(new int[] {1}));
    return new Singular(tf, svd.s(), tf.linalg.matMul(least, svd.u()), svd.v(), size);
  }

  private static Singular some(Ops tf, Operand<TFloat32> w, int from, int k) {
    Svd<TFloat32> svd = tf.linalg.svd(w, Svd.computeUv(true), Svd.fullMatrices(false));
    return new Singular(
        tf,
        tf.slice(svd.s(), tf.constant(new int[] {from}), tf.constant(new int[] {k})),
        tf.slice(svd.u(), tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, k})),
        tf.slice(svd.v(), tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, k})),
        tf.slice(svd.s(), tf.constant(new int[] {0}), tf.constant(new int[] {1})));
  }

  /** {@code U diag(s / scale)^(1/2)}. */
  Operand<TFloat32> left(double scale) {
    return tf.math.mul(u, root(scale));
  }

  /**
   * {@code diag(s / scale)^(1/2) V^T}: {@code scale * left * right} is these triples' part of W.
   */
  Operand<TFloat32> right(double scale) {
    Operand<TFloat32> rest = tf.math.div(s, tf.math.mul(tf.constant((float) scale), root(scale)));
    return tf.linalg.transpose(tf.math.mul(v, rest), tf.constant(new int[] {1, 0}));
  }

  /** Never next to zero, which would leave both factors without a gradient. */
  private Operand<TFloat32> root(double scale) {
    Operand<TFloat32> floored = tf.math.maximum(s, tf.math.mul(tf.constant(FLOOR), most));
    return tf.math.sqrt(tf.math.div(floored, tf.constant((float) scale)));
  }

  /**
   * @param what the setting and its value's name, for the message
   * @throws PalimpsestException if a kernel has fewer than {@code count} triples
   */
  static void check(String what, int count, ParameterSpec kernel) {
    long has = Math.min(kernel.shape().get(0), kernel.shape().get(1));
    if (count > has) {
      throw new PalimpsestException(
          what
              + count
              + ": kernel '"
              + kernel.name()
              + "' of shape "
              + kernel.shape()
              + " has "
              + has
              + " singular triples");
    }
  }
}
