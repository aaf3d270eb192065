package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Products of the elements of two tensors of equal shape, {@code c = a b}, and the activation SiLU,
 * {@code c = x s(x)} with the logistic function {@code s} (Elfwing et al. 2017, arXiv:1702.03118).
 *
 * <p>The runtime's gradient of a product allows for broadcasting: it compares the shapes and sums
 * over the axes in which they differ, fourteen operations for a gated activation. Here are none, so
 * this class gives the gradients: {@code da = dc b} and {@code db = dc a}, and {@code dx = dc s +
 * dc x s (1 - s)}. They have the bits of the runtime's gradients.
 */
final class ElementwiseProduct {
  private ElementwiseProduct() {}

  /** {@code a b}, for equal shapes. */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return GivenGradient.ofPair(
        tf,
        "ElementwiseProduct",
        (at, left, right, dc) -> List.of(at.math.mul(dc, right), at.math.mul(dc, left)),
        tf.math.mul(tf.stopGradient(a), tf.stopGradient(b)),
        a,
        b);
  }

  /** {@code x s(x)}. */
  static Operand<TFloat32> silu(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> given = tf.stopGradient(x);
    Operand<TFloat32> s = tf.math.sigmoid(given);
    return GivenGradient.ofPair(
        tf,
        "Silu",
        (at, in, sigmoid, dc) ->
            List.of(
                at.math.addN(
                    List.of(
                        at.math.mul(dc, sigmoid),
                        sigmoidGradient(at, sigmoid, at.math.mul(dc, in))))),
        tf.math.mul(given, s),
        x,
        s);
  }

  /** {@code ds s (1 - s)} of the logistic function's value {@code s}. */
  private static Operand<TFloat32> sigmoidGradient(
      Ops tf, Operand<TFloat32> s, Operand<TFloat32> ds) {
    return tf.scope()
        .opBuilder("SigmoidGrad", "SigmoidGrad")
        .addInput(s.asOutput())
        .addInput(ds.asOutput())
        .build()
        .output(0);
  }
}
