package io.github.palimpsest.distill;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Entropy-adaptive fine-tuning: each token's loss is weighted by the entropy of the model's
 * prediction, so what contradicts a confident model changes it less:
 *
 * <pre>
 *   H_t = entropy of the softmax over the k largest logits,   w_t = (H_t / ln k)^alpha
 *   L = sum w_t l_t / N,   w_t held constant
 * </pre>
 *
 * <p>arXiv:2601.02151, with k = 20 as in the authors' code, which divides by 3 where ln 20 is
 * 2.996. A model with fewer than k logits takes all of them, and their number is k.
 */
record Eaft(double alpha, int top) implements TokenWeighting {
  static final Setting<Integer> TOP =
      Setting.integer(
          "top", 20, 2, Integer.MAX_VALUE, "k: number of the largest logits in the entropy");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "eaft",
              "Entropy-adaptive fine-tuning: weights each token's loss by the entropy of its"
                  + " prediction",
              "L = sum w_t l_t / N; w_t = (H_t / ln k)^alpha, H_t the entropy of the softmax over the"
                  + " k largest logits, held constant in the gradient")
          .settings(ALPHA, TOP)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Entropy-adaptive fine-tuning 2026 (arXiv:2601.02151)"))
          .promisesNot(WITHOUT_PENALTY)
          .creates(s -> new Eaft(s.get(ALPHA), s.get(TOP)));

  @Override
  public Optional<Operand<TFloat32>> weights(Ops tf, LossPoint point) {
    return TokenWeighting.power(tf, alpha, () -> entropies(tf, point.forward()));
  }

  private Operand<TFloat32> entropies(Ops tf, Forward forward) {
    Operand<TFloat32> z = forward.predictions(tf);
    Operand<TInt32> rows = tf.math.maximum(tf.size(forward.weightPerPrediction()), tf.constant(1));
    Operand<TInt32> k = tf.math.minimum(tf.math.floorDiv(tf.size(z), rows), tf.constant(top));
    Operand<TFloat32> log = tf.nn.logSoftmax(tf.nn.topK(z, k, TInt32.class).values());
    Operand<TFloat32> entropy =
        tf.math.neg(tf.sum(tf.math.mul(tf.math.exp(log), log), tf.constant(-1)));
    Operand<TFloat32> most = tf.math.log(tf.dtypes.cast(k, TFloat32.class));
    // rounding must not make a weight negative
    return tf.math.maximum(tf.math.divNoNan(entropy, most), tf.constant(0f));
  }
}
