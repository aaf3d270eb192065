package io.github.palimpsest.distill;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Token-adaptive loss reweighting: tokens that the model finds hard count less, and how hard is
 * measured by the sequences of the same step:
 *
 * <pre>
 *   tau = median over the sequences of the step of their mean loss
 *   w_t = max(p_t(y_t)^(1 / tau), floor)
 *   L = sum w_t l_t / N,   w_t held constant
 * </pre>
 *
 * <p>Lin et al. 2025, arXiv:2509.20758, with the floor 0.01. Of the paper the abstract was at hand,
 * and its equation from notes of others, some of which have the median of the tokens' losses as
 * tau. The median is over the whole step however it is cut into micro-batches, which takes another
 * forward pass over them for each gradient. Rehearsed examples are sequences as others are, and one
 * without target tokens is none. Of an even number of sequences the median is the mean of the two
 * in the middle.
 *
 * @param floor the least weight
 */
record Talr(double floor) implements TokenWeighting {
  private static final String ID = "talr";

  /** A model without any loss gives tokens the weight 1. */
  private static final float LEAST_TAU = 1e-12f;

  static final Setting<Double> FLOOR =
      Setting.real("floor", 0.01, 0, 1, "the least weight of a token; 1 turns weights off");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              ID,
              "Token-adaptive reweighting: tokens that are hard for the step's sequences count less",
              "L = sum w_t l_t / N; w_t = max(p_t(y_t)^(1 / tau), floor), held constant in the"
                  + " gradient; tau = median over the step of a sequence's mean loss")
          .settings(FLOOR)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Lin et al. 2025, SFT doesn't always hurt general capabilities: revisiting"
                      + " domain-specific fine-tuning in LLMs (arXiv:2509.20758)"))
          .promisesNot(WITHOUT_PENALTY)
          .creates(s -> new Talr(s.get(FLOOR)));

  @Override
  public Optional<Operand<TFloat32>> weights(Ops tf, LossPoint point) {
    if (floor == 1) {
      return Optional.empty();
    }
    Forward forward = point.forward();
    Operand<TFloat32> tau =
        tf.math.maximum(median(tf, point.ofWholeStep(losses(tf, forward))), tf.constant(LEAST_TAU));
    Operand<TFloat32> log = tf.nn.logSoftmax(forward.predictions(tf));
    Operand<TFloat32> onehot = TokenWeighting.onehot(tf, log, TokenWeighting.labels(ID, forward));
    Operand<TFloat32> ofLabel = tf.sum(tf.math.mul(log, onehot), tf.constant(-1));
    return Optional.of(
        tf.math.maximum(tf.math.exp(tf.math.div(ofLabel, tau)), tf.constant((float) floor)));
  }

  /** The mean loss of each sequence, in nats; infinite if it has no target tokens. */
  private static Operand<TFloat32> losses(Ops tf, Forward forward) {
    Operand<TFloat32> tokens = forward.weightPerExample();
    return tf.select(
        tf.math.greater(tokens, tf.constant(0f)),
        tf.math.divNoNan(forward.lossPerExample(), tokens),
        tf.fill(tf.shape(tokens), tf.constant(Float.POSITIVE_INFINITY)));
  }

  /** The median of the finite values of a vector; infinite if there are none. */
  private static Operand<TFloat32> median(Ops tf, Operand<TFloat32> values) {
    Operand<TFloat32> infinity = tf.constant(new float[] {Float.POSITIVE_INFINITY});
    Operand<TFloat32> all = tf.concat(List.of(values, infinity), tf.constant(0));
    Operand<TFloat32> rising =
        tf.math.neg(tf.nn.topK(tf.math.neg(all), tf.size(all), TInt32.class).values());
    Operand<TInt32> n =
        tf.sum(tf.dtypes.cast(tf.math.isFinite(values), TInt32.class), tf.constant(0));
    Operand<TInt32> two = tf.constant(2);
    Operand<TInt32> low =
        tf.math.floorDiv(tf.math.maximum(tf.math.sub(n, tf.constant(1)), tf.constant(0)), two);
    Operand<TInt32> middle = tf.stack(List.of(low, tf.math.floorDiv(n, two)));
    return tf.math.mean(tf.gather(rising, middle, tf.constant(0)), tf.constant(0));
  }
}
