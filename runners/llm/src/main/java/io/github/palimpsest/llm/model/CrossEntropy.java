package io.github.palimpsest.llm.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.SparseSoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The fused softmax cross-entropy with integer labels. TensorFlow has no C++ gradient for it, so
 * one is registered here, for the whole process: the operation's own second output, {@code
 * softmax(logits) - onehot(label)}, times the gradient of the loss.
 */
final class CrossEntropy {
  static {
    TensorFlow.registerCustomGradient(
        SparseSoftmaxCrossEntropyWithLogits.OP_NAME,
        (tf, op, outputGradients) -> {
          Operand<TFloat32> perRow = floats(outputGradients.get(0));
          Operand<TFloat32> backprop = floats(op.output(1));
          Operand<TFloat32> logits = tf.math.mul(tf.expandDims(perRow, tf.constant(-1)), backprop);
          // labels have no gradient, but the runtime wants one: zeros
          return List.of(logits, tf.zerosLike(op.input(1)));
        });
  }

  private CrossEntropy() {}

  /**
   * {@code -log softmax(logits)[label]} of each row, in nats.
   *
   * @param logits {@code [n, vocabulary]}
   * @param labels {@code [n]}
   * @return {@code [n]}
   */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, labels).loss();
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> floats(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }
}
