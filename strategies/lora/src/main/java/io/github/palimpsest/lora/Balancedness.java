package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Balancedness regularization of a low-rank adapter (Li, Zhang and He 2024, arXiv:2410.14802): the
 * effect of SAM on the two factors of {@code A B}, as an explicit penalty at the cost of one pass,
 *
 * <pre>
 *   b = |A|^2 - |B|^2 of each adapted kernel,
 *   penalty = lambda * sum over kernels of |b|        (form=absolute)
 *   penalty = lambda/2 * sum over kernels of b^2      (form=square)
 * </pre>
 *
 * <p>{@code |A|} is the Euclidean norm over all entries. {@code A B} does not change when A grows
 * by a factor and B shrinks by it, so only the balance is penalised, not the model's function. The
 * gradient is {@code 2 lambda c A} and {@code -2 lambda c B} with {@code c = sign(b)} or {@code b}.
 *
 * <p>{@code absolute} is the penalty of the paper's oBAR. There it acts as decoupled weight decay
 * does, {@code A <- (1 - lr alpha sign(b)) A} and {@code B <- (1 + lr alpha sign(b)) B}, with an
 * alpha that may fall by a schedule; here it is a term of the loss with a constant lambda, so it
 * equals that for plain SGD and {@code alpha = 2 lambda}, while Adam divides its gradient as that
 * of the loss. nBAR, whose sign comes from which factor has the larger gradient, is not offered.
 */
record Balancedness(double lambda, Form form) implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Balancedness.Form> FORM =
      Setting.choice(
          "form",
          Balancedness.Form.class,
          Balancedness.Form.ABSOLUTE,
          "absolute: the size of the difference; square: half of its square");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "balancedness",
              "Keeps LoRA's factors equally large, an effect of SAM, at the cost of one pass",
              "lambda * sum over kernels of | |A|^2 - |B|^2 |; square: lambda/2 * sum (|A|^2 - |B|^2)^2")
          .settings(LAMBDA, FORM)
          .traits(
              Traits.of(
                      Onset.FIRST_TASK,
                      Cost.NONE,
                      "Li, Zhang and He 2024, Implicit regularization of sharpness-aware minimization for"
                          + " scale-invariant problems (arXiv:2410.14802)")
                  .requiring("lora"))
          // it pulls to a balance, not to earlier weights
          .promisesNot(Promise.ZERO_AT_ANCHOR, Promise.HALF_SQUARE, Promise.COUNTS_ALL_TASKS)
          .creates(s -> new Balancedness(s.get(LAMBDA), s.get(FORM)));

  /** The form of the penalty. */
  enum Form {
    /** Its size, so that the pull does not depend on it. */
    ABSOLUTE,
    /** Half of its square, so that the pull fades at balance. */
    SQUARE
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    String prefix = LowRank.a("");
    List<String> kernels =
        site.trainable().stream()
            .map(p -> p.name())
            .filter(n -> n.startsWith(prefix))
            .map(n -> n.substring(prefix.length()))
            .toList();
    if (kernels.isEmpty()) {
      throw new PalimpsestException(
          "'balancedness' finds no matrices A and B of 'lora' to balance");
    }
    Ops tf = site.tf();
    return lambda == 0
        ? point -> tf.constant(0f)
        : point ->
            kernels.stream()
                .map(k -> counted(tf, difference(tf, point, k)))
                .reduce((a, b) -> tf.math.add(a, b))
                .orElseThrow();
  }

  /** {@code |A|^2 - |B|^2}. */
  private static Operand<TFloat32> difference(Ops tf, LossPoint point, String kernel) {
    return tf.math.sub(
        squaredNorm(tf, point, LowRank.a(kernel)), squaredNorm(tf, point, LowRank.b(kernel)));
  }

  private static Operand<TFloat32> squaredNorm(Ops tf, LossPoint point, String name) {
    Tensors one = Tensors.of(Map.of(name, point.at().tensors().get(name)));
    return one.dot(tf, one);
  }

  private Operand<TFloat32> counted(Ops tf, Operand<TFloat32> b) {
    return switch (form) {
      case ABSOLUTE -> tf.math.mul(tf.constant((float) lambda), tf.math.abs(b));
      case SQUARE -> tf.math.mul(tf.constant((float) (lambda / 2)), tf.math.square(b));
    };
  }
}
