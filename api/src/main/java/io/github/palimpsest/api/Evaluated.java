package io.github.palimpsest.api;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * An objective and its gradient at one point.
 *
 * @param loss a scalar: the sum of the terms asked for
 * @param gradients its gradient; zeros for parameters that it does not depend on
 */
public record Evaluated(Operand<TFloat32> loss, Gradients gradients) {}
