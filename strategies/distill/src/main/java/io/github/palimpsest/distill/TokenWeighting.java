package io.github.palimpsest.distill;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A regularizer that weights the tokens of the data loss by the model's own predictions, and has no
 * penalty:
 *
 * <pre>
 *   L = sum w_t l_t / N,   w_t held constant in the gradient
 * </pre>
 *
 * <p>N is the number of target tokens, whatever their weights, so that a batch of small weights
 * makes a small step. The predictions are those at the point of each gradient: at w + e for the
 * second gradient of sam.
 */
interface TokenWeighting extends Regularizer {
  /** All promises about penalties and anchors, of which it has none. */
  Promise[] WITHOUT_PENALTY = {
    Promise.ZERO_AT_ANCHOR, Promise.HALF_SQUARE, Promise.COUNTS_ALL_TASKS
  };

  /** The power of the weights, as a setting. */
  Setting<Double> ALPHA =
      Setting.real("alpha", 1, 0, Double.MAX_VALUE, "power of the weights; 0 turns them off");

  /**
   * The weights at a point.
   *
   * @return of the shape of {@link Forward#weightPerPrediction()}; empty if the settings turn them
   *     off
   */
  Optional<Operand<TFloat32>> weights(Ops tf, LossPoint point);

  @Override
  default BoundRegularizer bind(RegularizerSite site) {
    return new Bound(site.tf(), this);
  }

  /** The weighting in a graph. */
  record Bound(Ops tf, TokenWeighting of) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return tf.constant(0f);
    }

    @Override
    public Optional<Operand<TFloat32>> tokenWeights(LossPoint point) {
      return of.weights(tf, point);
    }
  }

  /** Weights to a power; empty for the power 0. */
  static Optional<Operand<TFloat32>> power(
      Ops tf, double alpha, Supplier<Operand<TFloat32>> weights) {
    if (alpha == 0) {
      return Optional.empty();
    }
    Operand<TFloat32> w = weights.get();
    return Optional.of(alpha == 1 ? w : tf.math.pow(w, tf.constant((float) alpha)));
  }

  /** The labels of a model's predictions. */
  static Operand<TInt32> labels(String id, Forward forward) {
    return forward
        .labels()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "'" + id + "' needs a model that provides the labels of its logits"));
  }

  /** 1 in the column of each prediction's label, of the shape of the predictions. */
  static Operand<TFloat32> onehot(Ops tf, Operand<TFloat32> predictions, Operand<TInt32> labels) {
    Operand<TInt32> columns =
        tf.math.floorDiv(tf.size(predictions), tf.math.maximum(tf.size(labels), tf.constant(1)));
    return tf.oneHot(labels, columns, tf.constant(1f), tf.constant(0f));
  }
}
