package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The rotation of heads by the positions of their tokens (Su et al. 2021, arXiv:2104.09864): {@code
 * y = x cos + (x Q) sin}, with the matrix {@code Q} that maps {@code (x1, x2, rest)} of a head to
 * {@code (-x2, x1, 0)}.
 *
 * <p>A product with a small matrix swaps the halves faster than copies do: heads are narrow, so a
 * copy of half a head is mostly overhead.
 *
 * <p>The runtime's gradient also allows for sums over the axes of the tables, which have none of
 * their own. Therefore this class gives the gradient, with the bits of the runtime's: {@code dx =
 * dy cos + (dy sin) Q'}.
 *
 * @param cos cosines, {@code [tokens, heads * headSize]} or with rows for each example
 * @param sin sines of the same shape
 * @param quarter {@code Q}, {@code [headSize, headSize]}
 * @param rows the dimensions {@code [batch, tokens, heads * headSize]}
 * @param heads the dimensions {@code [-1, headSize]}
 * @param flat the dimensions {@code [-1, heads * headSize]}
 */
record Rotation(
    Operand<TFloat32> cos,
    Operand<TFloat32> sin,
    Operand<TFloat32> quarter,
    Operand<TInt32> rows,
    Operand<TInt32> heads,
    Operand<TInt32> flat) {
  /**
   * Rotates all heads.
   *
   * @param x {@code [n, heads * headSize]}
   * @return {@code [batch, tokens, heads * headSize]}
   */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> given = tf.stopGradient(x);
    Operand<TFloat32> turned = tf.linalg.matMul(tf.reshape(given, heads), quarter);
    Operand<TFloat32> y =
        tf.math.add(
            tf.math.mul(tf.reshape(given, rows), cos), tf.math.mul(tf.reshape(turned, rows), sin));
    return GivenGradient.of(
        tf, "Rotation", Rotation::back, y, List.of(x, cos, sin, quarter, rows, heads, flat));
  }

  private static List<Operand<TFloat32>> back(
      Ops tf, List<Output<?>> passed, Operand<TFloat32> dy) {
    Operand<TFloat32> cos = GivenGradient.floats(passed.get(1));
    Operand<TFloat32> sin = GivenGradient.floats(passed.get(2));
    Operand<TFloat32> quarter = GivenGradient.floats(passed.get(3));
    Operand<TInt32> rows = GivenGradient.ints(passed.get(4));
    Operand<TInt32> heads = GivenGradient.ints(passed.get(5));
    Operand<TInt32> flat = GivenGradient.ints(passed.get(6));
    Operand<TFloat32> dTurned = tf.reshape(tf.math.mul(dy, sin), heads);
    Operand<TFloat32> back = tf.linalg.matMul(dTurned, quarter, MatMul.transposeB(true));
    Operand<TFloat32> dx = tf.math.addN(List.of(tf.math.mul(dy, cos), tf.reshape(back, rows)));
    return List.of(tf.reshape(dx, flat));
  }
}
