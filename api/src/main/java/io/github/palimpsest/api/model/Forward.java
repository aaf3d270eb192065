package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Stable;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The result of a forward pass. The data loss of a step is {@code sum(lossPerExample) /
 * sum(weightPerExample)} over all examples of the step, so that uneven lengths and accumulation do
 * not change its meaning.
 */
@Stable(since = "0.1")
public interface Forward {
  /** {@code [batch]}; the loss summed over an example's target tokens, in nats. */
  Operand<TFloat32> lossPerExample();

  /** {@code [batch]}; the number of an example's target tokens. */
  Operand<TFloat32> weightPerExample();

  /**
   * {@code [batch, tokens, vocabulary]} or {@code [batch, classes]}; of all classes, also of those
   * that an example cannot have.
   */
  Operand<TFloat32> logits();

  /**
   * {@code [batch, tokens]} or {@code [batch]}; the weight of each row of the logits, 0 for padding
   * and for tokens that are not targets. The sum over an example is {@code weightPerExample}.
   */
  Operand<TFloat32> weightPerPrediction();

  /**
   * The label of each row of the logits, with the shape of {@code weightPerPrediction}; any value
   * if that weight is 0. Empty for a model whose loss is not a cross-entropy.
   */
  Optional<Operand<TInt32>> labels();

  /** The classes of the columns of the logits; empty for columns that are tokens. */
  Optional<Classes> classes();

  /**
   * The logits whose softmax are the model's predictions: the {@link #logits()}, without the
   * classes that an example cannot have.
   *
   * @param tf where to build
   */
  default Operand<TFloat32> predictions(Ops tf) {
    return classes().map(c -> c.masked(tf, logits())).orElseGet(this::logits);
  }

  /**
   * The derivative of the sum of {@link #lossPerExample()} with respect to the {@link #logits()},
   * of their shape: {@code weight (softmax(predictions) - onehot(label))} for a cross-entropy, and
   * what the model states otherwise. It makes all logits exist at once.
   *
   * @param tf where to build
   * @return empty if the model gives neither {@link #labels()} nor the derivative
   */
  default Optional<Operand<TFloat32>> logitGradient(Ops tf) {
    return labels().map(y -> Pass.logitGradient(tf, predictions(tf), y, weightPerPrediction()));
  }

  /**
   * A copy of a model's pass whose loss is no cross-entropy, but a known function of its logits.
   *
   * @param byLogits as in {@link #logitGradient}
   */
  Forward differentiating(Operand<TFloat32> byLogits);

  /**
   * A copy that makes several predictions for each example.
   *
   * @param predictions as in {@link #weightPerPrediction()}
   */
  Forward weighing(Operand<TFloat32> predictions);

  /**
   * A copy with the labels of its logits.
   *
   * @param wanted as in {@link #labels()}
   */
  Forward predicting(Operand<TInt32> wanted);

  /**
   * A copy whose columns of logits are classes.
   *
   * @param columns as in {@link #classes()}
   */
  Forward classifying(Classes columns);

  /**
   * A model that makes one prediction for each example; the arguments are the accessors' values.
   */
  static Forward of(
      Operand<TFloat32> lossPerExample,
      Operand<TFloat32> weightPerExample,
      Operand<TFloat32> logits) {
    return new Pass(
        lossPerExample,
        weightPerExample,
        logits,
        weightPerExample,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
