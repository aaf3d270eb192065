/**
 * Regularizers that hold the weights near those of finished tasks: a quadratic penalty whose
 * stiffness is each parameter's importance.
 *
 * <p>Start at {@link io.github.palimpsest.ewc.Ewc}; {@link
 * io.github.palimpsest.ewc.QuadraticPenalty} is the penalty itself. This package may use the API
 * and nothing else.
 */
@NullMarked
package io.github.palimpsest.ewc;

import org.jspecify.annotations.NullMarked;
