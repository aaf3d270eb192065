package io.github.palimpsest.api;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a forward pass gives. The data loss of a step is {@code sum(lossPerExample) /
 * sum(weightPerExample)} over all examples of the step, so that uneven lengths and accumulation do
 * not change its meaning.
 *
 * @param lossPerExample {@code [batch]}; the loss summed over an example's target tokens, in nats
 * @param weightPerExample {@code [batch]}; the number of an example's target tokens
 * @param logits {@code [batch, tokens, vocabulary]} or {@code [batch, classes]}
 * @param weightPerPrediction {@code [batch, tokens]} or {@code [batch]}; how much each row of the
 *     logits counts, 0 for padding and for tokens that are not targets; sums to {@code
 *     weightPerExample} over an example
 * @param labels what each row of the logits is to predict, of the shape of {@code
 *     weightPerPrediction} and of any value where that is 0; empty for a model whose loss is no
 *     cross-entropy
 */
public record Forward(
    Operand<TFloat32> lossPerExample,
    Operand<TFloat32> weightPerExample,
    Operand<TFloat32> logits,
    Operand<TFloat32> weightPerPrediction,
    Optional<Operand<TInt32>> labels) {

  /** A model that does not say what its logits are to predict. */
  public Forward(
      Operand<TFloat32> lossPerExample,
      Operand<TFloat32> weightPerExample,
      Operand<TFloat32> logits,
      Operand<TFloat32> weightPerPrediction) {
    this(lossPerExample, weightPerExample, logits, weightPerPrediction, Optional.empty());
  }

  /** A model that makes one prediction for each example. */
  public Forward(
      Operand<TFloat32> lossPerExample,
      Operand<TFloat32> weightPerExample,
      Operand<TFloat32> logits) {
    this(lossPerExample, weightPerExample, logits, weightPerExample);
  }
}
