package io.github.palimpsest.distill;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
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
 * Dynamic fine-tuning: each token's loss is weighted by the probability that the model gives it, so
 * tokens that the model finds unlikely change it less:
 *
 * <pre>
 *   L = sum p_t(y_t)^alpha (-log p_t(y_t)) / N,   the first factor held constant
 * </pre>
 *
 * <p>Wu et al. 2025, arXiv:2508.05629, is the case alpha = 1. ASFT (arXiv:2509.23753) is {@code dft
 * + kl(lambda=0.1)}, whose divergence is not weighted.
 */
record Dft(double alpha) implements TokenWeighting {
  private static final String ID = "dft";

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              ID,
              "Dynamic fine-tuning: weights each token's loss by its own probability",
              "L = sum w_t l_t / N; w_t = p_t(y_t)^alpha, held constant in the gradient")
          .settings(ALPHA)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Wu et al. 2025, On the generalization of SFT: a reinforcement learning"
                      + " perspective with reward rectification (arXiv:2508.05629)"))
          .promisesNot(WITHOUT_PENALTY)
          .creates(s -> new Dft(s.get(ALPHA)));

  @Override
  public Optional<Operand<TFloat32>> weights(Ops tf, LossPoint point) {
    return TokenWeighting.power(tf, alpha, () -> probabilities(tf, point.forward()));
  }

  private static Operand<TFloat32> probabilities(Ops tf, Forward forward) {
    Operand<TInt32> y = TokenWeighting.labels(ID, forward);
    Operand<TFloat32> p = tf.nn.softmax(forward.predictions(tf));
    return tf.sum(tf.math.mul(p, TokenWeighting.onehot(tf, p, y)), tf.constant(-1));
  }
}
