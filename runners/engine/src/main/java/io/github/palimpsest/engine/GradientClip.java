package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Gradients;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Clipping of a gradient by its norm.
 *
 * @param tf of the graph
 * @param norm the longest that a gradient may be
 */
record GradientClip(Ops tf, double norm) {
  /**
   * {@code g * clip / max(|g|, clip)}, over all tensors together (Pascanu et al. 2013); the
   * gradient of the effective weights, the same one in another space, by the same factor.
   */
  Evaluated of(Evaluated e) {
    Operand<TFloat32> clip = tf.constant((float) norm);
    Operand<TFloat32> length = e.gradients().tensors().norm(tf);
    Operand<TFloat32> factor = tf.math.div(clip, tf.math.maximum(length, clip));
    Supplier<Gradients> effective =
        () -> new Gradients(e.effective().get().tensors().scale(tf, factor));
    return Evaluated.of(
        e.loss(),
        new Gradients(e.gradients().tensors().scale(tf, factor)),
        OraclePass.once(effective),
        e.share());
  }
}
