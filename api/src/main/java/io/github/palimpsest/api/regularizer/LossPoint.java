package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The point at which a penalty is built. */
@Stable(since = "0.1")
public interface LossPoint {
  /** The trainable parameters at the point. */
  Params at();

  /** The weights that the model sees at the point. */
  Weights effective();

  /** The forward pass on the batch at the point. */
  Forward forward();

  /**
   * Gives the weights that the model would see at other trainable parameters, with the adapter and
   * the frozen base of this task.
   */
  Function<Params, Weights> weightsAt();

  /**
   * Builds another forward pass on the same batch, at other weights. A runner gives equal functions
   * for equal batches, so parts that do not depend on the point can be built once.
   */
  Function<Weights, Forward> forwardAt();

  /**
   * {@code [batch]}: 1 for an example from another task than the current one, otherwise 0; empty
   * without rehearsal.
   */
  Optional<Operand<TFloat32>> rehearsed();

  /**
   * Values of all examples of the step, for weights of tokens that depend on a statistic of the
   * whole step ({@link BoundRegularizer#tokenWeights}). With micro-batches the runner collects them
   * in a forward pass over all of them, before the one that uses them. Constant in gradients.
   *
   * @param perExample {@code [batch]}: one value for each example of this batch
   * @return {@code [examples]}: those of every example of the step on which the gradient is taken,
   *     in the order of the step
   */
  Operand<TFloat32> ofWholeStep(Operand<TFloat32> perExample);

  /**
   * A copy with another way to get the values of a whole step, for runners that cut steps into
   * micro-batches.
   *
   * @param values as {@link #ofWholeStep}
   */
  LossPoint inStep(UnaryOperator<Operand<TFloat32>> values);

  /**
   * A copy with rehearsal, for runners.
   *
   * @param examples as in {@link #rehearsed()}
   */
  LossPoint rehearsing(Operand<TFloat32> examples);

  /**
   * A point without rehearsal, in a step whose examples are the batch, for runners and tests; the
   * arguments are the accessors' values.
   */
  static LossPoint of(
      Params at,
      Weights effective,
      Forward forward,
      Function<Params, Weights> weightsAt,
      Function<Weights, Forward> forwardAt) {
    return new Point(
        at, effective, forward, weightsAt, forwardAt, Optional.empty(), UnaryOperator.identity());
  }
}
