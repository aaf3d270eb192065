package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.model.Forward;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A loss by its derivative with respect to the logits, as a constant: taken at another point, or
 * with weights of the predictions.
 */
public final class LogitGradient {
  private LogitGradient() {}

  /**
   * The losses {@code sum w_t n_t l_t} of one pass, with the gradient of {@code <z, w dL/dz>} with
   * respect to the weights of another pass with the logits z.
   *
   * @param at the pass whose logits are differentiated
   * @param there the pass whose loss is; may be the same
   * @param weights of the predictions, each of the shape of {@link Forward#weightPerPrediction()};
   *     their product counts, as a constant
   * @return {@code [batch]}
   * @throws RuleViolationException if the model does not give what this needs; rule {@code
   *     logit-gradient}
   */
  public static Operand<TFloat32> perExample(
      Ops tf, Forward at, Forward there, List<Operand<TFloat32>> weights) {
    Operand<TFloat32> c =
        there
            .logitGradient(tf)
            .orElseThrow(() -> refused("the derivative of the loss with respect to the logits"));
    Operand<TFloat32> losses = there.lossPerExample();
    if (!weights.isEmpty()) {
      Operand<TFloat32> all = weights.stream().reduce((a, b) -> tf.math.mul(a, b)).orElseThrow();
      c = tf.math.mul(c, tf.expandDims(all, tf.constant(-1)));
      Operand<TFloat32> counted = tf.math.mul(all, there.weightPerPrediction());
      losses = perExample(tf, tf.math.mul(counted, nats(tf, there)), there);
    }
    Operand<TFloat32> linear = perExample(tf, tf.math.mul(at.logits(), tf.stopGradient(c)), at);
    return tf.math.add(linear, tf.stopGradient(tf.math.sub(losses, linear)));
  }

  /**
   * A pass with other labels, and the losses of these.
   *
   * @param labels gives them, of the shape of {@link Forward#labels()}
   * @throws RuleViolationException if the loss of the pass is not of labels; rule {@code
   *     sampled-labels}
   */
  public static Forward labelled(Ops tf, Forward pass, Function<Forward, Operand<TInt32>> labels) {
    if (pass.labels().isEmpty()) {
      throw new RuleViolationException(
          "sampled-labels",
          "a component asks for a loss with labels drawn from the model, and the loss of this model"
              + " is not that of labels: its passes have none (rule sampled-labels)");
    }
    Operand<TInt32> y = labels.apply(pass);
    Forward bare =
        Forward.of(pass.lossPerExample(), pass.weightPerExample(), pass.logits())
            .weighing(pass.weightPerPrediction())
            .predicting(y);
    Forward drawn = pass.classes().map(bare::classifying).orElse(bare);
    Operand<TFloat32> nats = tf.math.mul(drawn.weightPerPrediction(), nats(tf, drawn));
    Forward whole =
        Forward.of(perExample(tf, nats, drawn), pass.weightPerExample(), pass.logits())
            .weighing(pass.weightPerPrediction())
            .predicting(y);
    return pass.classes().map(whole::classifying).orElse(whole);
  }

  /** {@code -log softmax(z)[y]} of each prediction. */
  private static Operand<TFloat32> nats(Ops tf, Forward pass) {
    Operand<TInt32> y =
        pass.labels().orElseThrow(() -> refused("the losses of single predictions"));
    Operand<TFloat32> log = tf.nn.logSoftmax(pass.predictions(tf));
    Operand<TInt32> columns =
        tf.math.floorDiv(tf.size(log), tf.math.maximum(tf.size(y), tf.constant(1)));
    Operand<TFloat32> onehot = tf.oneHot(y, columns, tf.constant(1f), tf.constant(0f));
    return tf.math.neg(tf.sum(tf.math.mul(log, onehot), tf.constant(-1)));
  }

  private static Operand<TFloat32> perExample(Ops tf, Operand<TFloat32> x, Forward pass) {
    Operand<TInt32> rows = tf.stack(List.of(tf.size(pass.weightPerExample()), tf.constant(-1)));
    return tf.sum(tf.reshape(x, rows), tf.constant(1));
  }

  private static RuleViolationException refused(String what) {
    return new RuleViolationException(
        "logit-gradient",
        "a component asks for "
            + what
            + ", and this model gives neither the labels of its logits nor that (rule"
            + " logit-gradient)");
  }
}
