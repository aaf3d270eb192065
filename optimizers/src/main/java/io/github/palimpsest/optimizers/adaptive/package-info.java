/**
 * Optimizers that divide by a running size of the gradient, element by element.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.adaptive.Adaptive}. It may use the api module
 * and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.adaptive;

import org.jspecify.annotations.NullMarked;
