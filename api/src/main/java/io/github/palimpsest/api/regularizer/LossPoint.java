package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Weights;
import java.util.Optional;
import java.util.function.Function;
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
   * A copy with rehearsal, for runners.
   *
   * @param examples as in {@link #rehearsed()}
   */
  LossPoint rehearsing(Operand<TFloat32> examples);

  /** A point without rehearsal, for runners and tests; the arguments are the accessors' values. */
  static LossPoint of(
      Params at,
      Weights effective,
      Forward forward,
      Function<Params, Weights> weightsAt,
      Function<Weights, Forward> forwardAt) {
    return new Point(at, effective, forward, weightsAt, forwardAt, Optional.empty());
  }
}
