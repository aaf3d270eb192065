package io.github.palimpsest.decoder;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Softmax cross-entropy with integer labels, {@code -log p[label]} with {@code p = softmax(z)}.
 *
 * <p>TensorFlow's own operation takes four times as long as a softmax. Since {@code max p = 1 / sum
 * exp(z - max z)}, the loss follows from the softmax without another exponential: {@code max z -
 * z[label] - log max p}. This is exact even if {@code p[label]} is too small for a float. The
 * gradient of the loss is {@code p - onehot(label)}.
 */
public final class CrossEntropy {
  /**
   * The maximum number of columns for subtracting {@code onehot} as a whole. Subtracting element by
   * element takes 5 microseconds per element. In a step of the smallest models, this is longer than
   * all other work between the step's passes.
   */
  private static final int FEW = 1024;

  private CrossEntropy() {}

  /**
   * {@code -log softmax(logits)[label]} of each row, in nats.
   *
   * @param logits {@code [n, vocabulary]}
   * @param labels {@code [n]}
   * @return {@code [n]}
   */
  public static Operand<TFloat32> of(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TFloat32> z = tf.stopGradient(logits);
    Operand<TFloat32> p = tf.nn.softmax(z);
    Operand<TInt32> along = tf.constant(1);
    Operand<TInt32> rows = tf.range(tf.constant(0), tf.size(labels), tf.constant(1));
    Operand<TInt32> places = tf.stack(List.of(rows, labels), Stack.axis(1L));
    Operand<TFloat32> loss =
        tf.math.sub(
            tf.math.sub(tf.max(z, along), tf.gatherNd(z, places)), tf.math.log(tf.max(p, along)));
    long vocabulary = logits.shape().get(-1);
    if (vocabulary < 0 || vocabulary > FEW) {
      return GivenGradient.of(
          tf, "ManyWayCrossEntropy", CrossEntropy::backMany, loss, List.of(logits, p, places));
    }
    Operand<TFloat32> onehot =
        tf.oneHot(labels, tf.constant((int) vocabulary), tf.constant(1f), tf.constant(0f));
    return GivenGradient.of(
        tf, "FewWayCrossEntropy", CrossEntropy::backFew, loss, List.of(logits, p, onehot));
  }

  private static List<Operand<TFloat32>> backMany(
      Ops tf, List<Output<?>> passed, Operand<TFloat32> ofLoss) {
    Operand<TFloat32> p = GivenGradient.floats(passed.get(1));
    Operand<TFloat32> scaled = tf.math.mul(column(tf, ofLoss), p);
    return List.of(tf.tensorScatterNdSub(scaled, GivenGradient.ints(passed.get(2)), ofLoss));
  }

  private static List<Operand<TFloat32>> backFew(
      Ops tf, List<Output<?>> passed, Operand<TFloat32> ofLoss) {
    Operand<TFloat32> p = GivenGradient.floats(passed.get(1));
    Operand<TFloat32> onehot = GivenGradient.floats(passed.get(2));
    return List.of(tf.math.mul(column(tf, ofLoss), tf.math.sub(p, onehot)));
  }

  private static Operand<TFloat32> column(Ops tf, Operand<TFloat32> row) {
    return tf.expandDims(row, tf.constant(-1));
  }
}
