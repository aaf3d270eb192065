package io.github.palimpsest.api.model;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A {@link Forward} pass as a value. */
record Pass(
    Operand<TFloat32> lossPerExample,
    Operand<TFloat32> weightPerExample,
    Operand<TFloat32> logits,
    Operand<TFloat32> weightPerPrediction,
    Optional<Operand<TInt32>> labels,
    Optional<Classes> classes,
    Optional<Operand<TFloat32>> byLogits)
    implements Forward {
  @Override
  public Optional<Operand<TFloat32>> logitGradient(Ops tf) {
    return byLogits.or(() -> Forward.super.logitGradient(tf));
  }

  /** {@code weight (softmax(z) - onehot(y))}. */
  static Operand<TFloat32> logitGradient(
      Ops tf, Operand<TFloat32> z, Operand<TInt32> y, Operand<TFloat32> weight) {
    Operand<TInt32> last = tf.stack(List.of(tf.math.sub(tf.rank(z), tf.constant(1))));
    Operand<TInt32> columns =
        tf.reshape(
            tf.slice(tf.shape(z), last, tf.constant(new int[] {1})), tf.constant(new int[0]));
    Operand<TFloat32> onehot = tf.oneHot(y, columns, tf.constant(1f), tf.constant(0f));
    return tf.math.mul(
        tf.expandDims(weight, tf.constant(-1)), tf.math.sub(tf.nn.softmax(z), onehot));
  }

  @Override
  public Forward differentiating(Operand<TFloat32> derivative) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerPrediction,
        labels,
        classes,
        Optional.of(derivative));
  }

  @Override
  public Forward weighing(Operand<TFloat32> predictions) {
    return new Pass(
        lossPerExample, weightPerExample, logits, predictions, labels, classes, byLogits);
  }

  @Override
  public Forward predicting(Operand<TInt32> wanted) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerPrediction,
        Optional.of(wanted),
        classes,
        byLogits);
  }

  @Override
  public Forward classifying(Classes columns) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerPrediction,
        labels,
        Optional.of(columns),
        byLogits);
  }
}
