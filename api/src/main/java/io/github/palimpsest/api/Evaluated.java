package io.github.palimpsest.api;

import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What an oracle answers.
 *
 * @param loss the terms asked for, a scalar
 * @param gradients their gradient with respect to the trainable parameters
 * @param effective their gradient with respect to the effective weights, of the same pass; builds
 *     nothing before it is called. Read with {@link WeightSpace#gradient}
 */
public record Evaluated(
    Operand<TFloat32> loss, Gradients gradients, Supplier<Gradients> effective) {
  /** An answer that was computed from others, and is no gradient of effective weights. */
  public Evaluated(Operand<TFloat32> loss, Gradients gradients) {
    this(
        loss,
        gradients,
        () -> {
          throw new RuleViolationException(
              "effective-gradient",
              "a gradient of the effective weights is asked of an optimizer that changes gradients"
                  + " of the trained parameters: let the one with perturb=effective wrap it, not"
                  + " the other way round (rule effective-gradient)");
        });
  }
}
