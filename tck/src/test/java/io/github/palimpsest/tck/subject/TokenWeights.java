package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Weights of tokens, for a regularizer that has none. */
public interface TokenWeights {
  /** The weights at a point. */
  Operand<TFloat32> of(Ops tf, LossPoint point);

  /** The regularizer with these weights. */
  default Regularizer with(Regularizer good) {
    return site ->
        new AlteredRegularizer(good.bind(site)) {
          @Override
          public Optional<Operand<TFloat32>> tokenWeights(LossPoint point) {
            return Optional.of(of(site.tf(), point));
          }
        };
  }

  /** The largest probability of each prediction. */
  static Operand<TFloat32> chance(Ops tf, LossPoint point) {
    return tf.max(tf.nn.softmax(point.forward().logits()), tf.constant(1));
  }
}
