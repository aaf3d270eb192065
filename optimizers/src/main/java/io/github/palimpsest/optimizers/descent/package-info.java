/**
 * Gradient descent, with and without momentum.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.descent.Descent}. It may use the api module
 * and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.descent;

import org.jspecify.annotations.NullMarked;
