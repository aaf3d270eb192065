package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.model.Forward;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A loss on the rehearsed examples in place of the model's own, such as that of dark experience
 * replay. The data loss is then the mean over the current examples, plus {@code sum of factor * sum
 * / weight}.
 */
@Experimental(since = "0.1")
public non-sealed interface RehearsalLoss extends RehearsalObjective {
  /**
   * A weighted mean over the step. It has two parts, so that accumulation over micro-batches can
   * divide once, at the end (CON-08).
   */
  interface Mean {
    /** The factor of the mean in the objective. */
    double factor();

    /** A scalar: the sum over the batch. */
    Operand<TFloat32> sum();

    /** A scalar that does not depend on the weights; if it is 0, the mean is 0. */
    Operand<TFloat32> weight();

    /** A mean; the arguments are the accessors' values. */
    static Mean of(double factor, Operand<TFloat32> sum, Operand<TFloat32> weight) {
      return new Weighted(factor, sum, weight);
    }
  }

  /**
   * Builds the loss at one point.
   *
   * @param tf where to build
   * @param forward the forward pass on the batch, current examples included
   * @param batch the rehearsed examples and their added fields
   */
  List<Mean> means(Ops tf, Forward forward, RehearsedBatch batch);
}
