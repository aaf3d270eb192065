/**
 * A choice that the optimizers of this module share: the parameters that a weight decay shrinks.
 * Wrapping one optimizer in another is in {@link io.github.palimpsest.api.optimizer}.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.technique.Decay}. It may use only the api
 * module.
 */
@NullMarked
package io.github.palimpsest.optimizers.technique;

import org.jspecify.annotations.NullMarked;
