package io.github.palimpsest.api;

import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What an oracle answers, of some of a step's examples.
 *
 * @param loss the terms asked for, a scalar
 * @param gradients their gradient with respect to the trainable parameters
 * @param effective their gradient with respect to the effective weights, of the same pass; builds
 *     nothing before it is called. Read with {@link WeightSpace#gradient}
 * @param share the examples' target tokens as a share of the whole step's, a scalar, so that {@code
 *     sum(share * gradients)} over the parts of a batch is the gradient of the whole; 1 for all
 */
public record Evaluated(
    Operand<TFloat32> loss,
    Gradients gradients,
    Supplier<Gradients> effective,
    Operand<TFloat32> share) {
  /** An answer that was computed from others, and is no gradient of effective weights. */
  public Evaluated(Operand<TFloat32> loss, Gradients gradients, Operand<TFloat32> share) {
    this(
        loss,
        gradients,
        () -> {
          throw new RuleViolationException(
              "effective-gradient",
              "a gradient of the effective weights is asked of an optimizer that changes gradients"
                  + " of the trained parameters: let the one with perturb=effective wrap it, not"
                  + " the other way round (rule effective-gradient)");
        },
        share);
  }

  /** The same with a gradient that was computed from others. */
  public Evaluated with(Tensors gradient) {
    return new Evaluated(loss, new Gradients(gradient), share);
  }
}
