package io.github.palimpsest.api;

import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The point at which a penalty is built.
 *
 * @param at the trainable parameters there
 * @param effective the weights that the model sees there
 * @param forward the forward pass on the batch there
 * @param weightsAt the weights that the model would see at other trainable parameters, with the
 *     adapter and the frozen base of this task
 * @param forwardAt builds another forward pass on the same batch, at other weights; a runner gives
 *     equal functions for equal batches, so what does not depend on the point can be built once
 * @param rehearsed {@code [batch]}: 1 for an example that is not of the current task, else 0; empty
 *     without rehearsal
 */
public record LossPoint(
    Params at,
    Weights effective,
    Forward forward,
    Function<Params, Weights> weightsAt,
    Function<Weights, Forward> forwardAt,
    Optional<Operand<TFloat32>> rehearsed) {

  /** A point without rehearsal. */
  public LossPoint(
      Params at,
      Weights effective,
      Forward forward,
      Function<Params, Weights> weightsAt,
      Function<Weights, Forward> forwardAt) {
    this(at, effective, forward, weightsAt, forwardAt, Optional.empty());
  }
}
