package io.github.palimpsest.api;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

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
 */
public record Forward(
    Operand<TFloat32> lossPerExample,
    Operand<TFloat32> weightPerExample,
    Operand<TFloat32> logits,
    Operand<TFloat32> weightPerPrediction) {

  /** A model that makes one prediction for each example. */
  public Forward(
      Operand<TFloat32> lossPerExample,
      Operand<TFloat32> weightPerExample,
      Operand<TFloat32> logits) {
    this(lossPerExample, weightPerExample, logits, weightPerExample);
  }
}
