/**
 * Sharpness-aware minimization and its relatives: optimizers that hand another gradient to any base
 * optimizer, by putting an oracle of their own in front of the step's.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.sharpness.Sam}, then {@link
 * io.github.palimpsest.optimizers.sharpness.SharpnessAware} for the rest. It may use the api module
 * and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.sharpness;

import org.jspecify.annotations.NullMarked;
