package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The oracle's answer for a subset of a step's examples: loss, gradients, share of the tokens. */
@Stable(since = "0.1")
public interface Evaluated {
  /** The sum of the requested terms, a scalar. */
  Operand<TFloat32> loss();

  /** Their gradient with respect to the trainable parameters. */
  Gradients gradients();

  /**
   * Their gradient with respect to the effective weights, of the same pass; builds nothing before
   * the first call. Read it with {@link WeightSpace#gradient}.
   */
  Supplier<Gradients> effective();

  /**
   * The examples' target tokens as a share of the whole step's, a scalar, so that {@code sum(share
   * * gradients)} over the parts of a batch is the gradient of the whole; 1 for all.
   */
  Operand<TFloat32> share();

  /** A copy with a gradient that was computed from others. */
  Evaluated with(Tensors gradient);

  /** A copy with its gradient in both spaces multiplied by a scalar, as clipping does. */
  default Evaluated scaled(Ops tf, Operand<TFloat32> factor) {
    return of(
        loss(),
        new Gradients(gradients().tensors().scale(tf, factor)),
        () -> new Gradients(effective().get().tensors().scale(tf, factor)),
        share());
  }

  /**
   * An answer with the gradient of the effective weights; the arguments are the accessors' values.
   * The supplier is called at most once.
   */
  static Evaluated of(
      Operand<TFloat32> loss,
      Gradients gradients,
      Supplier<Gradients> effective,
      Operand<TFloat32> share) {
    return new Answer(loss, gradients, new Once<>(effective), share);
  }

  /** An answer that was computed from others, without a gradient of the effective weights. */
  static Evaluated of(Operand<TFloat32> loss, Gradients gradients, Operand<TFloat32> share) {
    return of(
        loss,
        gradients,
        () -> {
          throw new RuleViolationException(
              "effective-gradient",
              "a gradient of the effective weights is asked of an optimizer that changes gradients"
                  + " of the trained parameters: let the one with space=effective wrap it, not"
                  + " the other way round (rule effective-gradient)");
        },
        share);
  }
}
