package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.optimizer.WeightSpace;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.op.Ops;

/**
 * A point: the values of the trainable parameters, that is, the current weights or {@code w + e},
 * and the offset of the effective weights. Points made from another one with {@link #plus} keep its
 * offset, so that techniques which move trained and effective weights can wrap each other. Points
 * of equal tensors are equal.
 */
@Stable(since = "0.1")
public interface Params {
  /** One operand for each trainable parameter, of its shape. */
  Tensors tensors();

  /**
   * The offset that is added to the effective weights, by the model's names; gradients do not pass
   * through it. Empty for none. {@link WeightSpace#moved} creates it.
   */
  Tensors offset();

  /**
   * The point at which the data loss is differentiated with respect to the logits, if it is not
   * this one. The gradient of the data loss at this point is then {@code J(this)' c}: the Jacobian
   * J of the logits is taken here, and {@code c = dL/dz} there, as a constant. The value of the
   * data loss is the one there. Penalties are those of this point.
   */
  Optional<Params> logitGradientAt();

  /**
   * A copy whose data loss is differentiated with respect to the logits at another point.
   *
   * @param there as in {@link #logitGradientAt()}; if it has such a point itself, that one is taken
   */
  Params withLogitGradientAt(Params there);

  /**
   * The name of the stream from which the data loss at this point has its labels, in place of the
   * given ones: each prediction's label is drawn from the model's own distribution there, {@code
   * softmax(predictions)}, as a constant in gradients. Empty for the given labels.
   *
   * <p>The answer is then the mean of {@code -log p} of the drawn labels over the target tokens of
   * the data loss, and its gradient has the mean 0. A {@code RehearsalLoss} has no labels and is
   * left out, constraints of gradients do not apply, and penalties are as they are. The stream is
   * that of seed, task, step and name: equal names give equal draws within a step, also at other
   * points, for parts of the examples, and however the step is cut into micro-batches (rule
   * CON-19).
   */
  Optional<String> sampledLabels();

  /**
   * A copy whose data loss has labels drawn from the model. A model whose passes have no labels is
   * refused when the graph is built (rule {@code sampled-labels}).
   *
   * @param stream as in {@link #sampledLabels()}
   */
  Params withSampledLabels(String stream);

  /** The point with these trainable parameters, and everything else of this one. */
  Params with(Tensors trainable);

  /** The point whose trainable parameters are {@code w + e}. */
  default Params plus(Ops tf, Tensors e) {
    return with(tensors().plus(tf, e));
  }

  /** The point with these trainable parameters and no offset. */
  static Params of(Tensors tensors) {
    return of(tensors, Tensors.of(Map.of()));
  }

  /**
   * A point with an offset.
   *
   * @param tensors as in {@link #tensors()}
   * @param offset as in {@link #offset()}
   */
  static Params of(Tensors tensors, Tensors offset) {
    return new Trained(tensors, offset, Optional.empty(), Optional.empty());
  }
}
