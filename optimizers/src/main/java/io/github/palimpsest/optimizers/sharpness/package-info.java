/**
 * Sharpness-aware minimization and its relatives: optimizers that give any base optimizer another
 * gradient, by wrapping the oracle of the step.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.sharpness.Sam}, then {@link
 * io.github.palimpsest.optimizers.sharpness.SharpnessAware} for the rest. It may use the api module
 * and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.sharpness;

import org.jspecify.annotations.NullMarked;
