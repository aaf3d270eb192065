package io.github.palimpsest.llm.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.IdentityN;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Softmax cross-entropy with integer labels, {@code -log p[label]} where {@code p = softmax(z)}.
 *
 * <p>TensorFlow's own operation takes four times as long as a softmax. Since {@code max p = 1 / sum
 * exp(z - max z)}, the loss follows from the softmax without another exponential: {@code max z -
 * z[label] - log max p}, exact also where {@code p[label]} is too small for a float. Its gradient
 * is {@code p - onehot(label)}; it is registered for {@code IdentityN}, which passes the loss on,
 * because what computes the loss is not differentiated itself; every other {@code IdentityN} passes
 * gradients on.
 */
final class CrossEntropy {
  private static final String NAME = "SoftmaxCrossEntropy";
  private static final int LOSS = 0;
  private static final int LOGITS = 1;
  private static final int PROBABILITIES = 2;
  private static final int PLACES = 3;

  static {
    TensorFlow.registerCustomGradient(
        IdentityN.OP_NAME,
        (tf, op, outputGradients) -> {
          if (!op.name().contains(NAME)) {
            return List.copyOf(outputGradients);
          }
          Operand<TFloat32> ofLoss = floats(outputGradients.get(LOSS));
          Operand<TFloat32> probabilities = floats(op.output(PROBABILITIES));
          Operand<TFloat32> scaled =
              tf.math.mul(tf.expandDims(ofLoss, tf.constant(-1)), probabilities);
          Operand<TFloat32> ofLogits =
              tf.tensorScatterNdSub(scaled, ints(op.output(PLACES)), ofLoss);
          return List.of(
              tf.zerosLike(op.input(LOSS)),
              ofLogits,
              tf.zerosLike(op.input(PROBABILITIES)),
              tf.zerosLike(op.input(PLACES)));
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
    Operand<TFloat32> z = tf.stopGradient(logits);
    Operand<TFloat32> p = tf.nn.softmax(z);
    Operand<TInt32> along = tf.constant(1);
    Operand<TInt32> rows = tf.range(tf.constant(0), tf.size(labels), tf.constant(1));
    Operand<TInt32> places = tf.stack(List.of(rows, labels), Stack.axis(1L));
    Operand<TFloat32> loss =
        tf.math.sub(
            tf.math.sub(tf.max(z, along), tf.gatherNd(z, places)), tf.math.log(tf.max(p, along)));
    return floats(
        tf.withSubScope(NAME).identityN(List.of(loss, logits, p, places)).output().get(LOSS));
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> floats(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }

  @SuppressWarnings("unchecked")
  private static Operand<TInt32> ints(Output<?> operand) {
    return (Operand<TInt32>) (Operand<?>) operand;
  }
}
