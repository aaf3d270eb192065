package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Products of the matrices in two batches of equal shape, {@code C = A B} or {@code C = A B'}.
 *
 * <p>The runtime's gradient of a batched product uses a later version of the operation. On a CPU,
 * that version takes twice as long as the first, because it has no oneDNN kernel. Therefore this
 * class gives the gradients: {@code dA = dC B'} and {@code dB = A' dC}, or {@code dA = dC B} and
 * {@code dB = dC' A}.
 */
final class BatchedProduct {
  private BatchedProduct() {}

  /** {@code A B}. */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return GivenGradient.ofPair(
        tf,
        "BatchedProduct",
        (at, left, right, dc) ->
            List.of(product(at, dc, false, right, true), product(at, left, true, dc, false)),
        product(tf, tf.stopGradient(a), false, tf.stopGradient(b), false),
        a,
        b);
  }

  /** {@code A B'}. */
  static Operand<TFloat32> ofTransposed(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return GivenGradient.ofPair(
        tf,
        "BatchedTransposedProduct",
        (at, left, right, dc) ->
            List.of(product(at, dc, false, right, false), product(at, dc, true, left, false)),
        product(tf, tf.stopGradient(a), false, tf.stopGradient(b), true),
        a,
        b);
  }

  private static Operand<TFloat32> product(
      Ops tf, Operand<TFloat32> a, boolean transposeA, Operand<TFloat32> b, boolean transposeB) {
    return tf.scope()
        .opBuilder("BatchMatMul", "BatchMatMul")
        .addInput(a.asOutput())
        .addInput(b.asOutput())
        .setAttr("adj_x", transposeA)
        .setAttr("adj_y", transposeB)
        .build()
        .output(0);
  }
}
