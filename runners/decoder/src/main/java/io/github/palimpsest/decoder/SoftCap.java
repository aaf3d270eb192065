package io.github.palimpsest.decoder;

import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A soft limit: {@code cap tanh(x / cap)} (Gemma Team 2024, arXiv 2408.00118). */
final class SoftCap {
  private SoftCap() {}

  /** The limited values; {@code x} itself without a limit. */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> x, OptionalDouble cap) {
    if (cap.isEmpty()) {
      return x;
    }
    Operand<TFloat32> limit = tf.constant((float) cap.getAsDouble());
    return tf.math.mul(tf.math.tanh(tf.math.div(x, limit)), limit);
  }
}
