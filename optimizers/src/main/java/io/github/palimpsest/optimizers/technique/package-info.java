/**
 * What the optimizers of this module share: which parameters a weight decay shrinks. How one
 * optimizer wraps another is in {@link io.github.palimpsest.api.optimizer}.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.technique.Decay}. It may use the api module
 * alone.
 */
@NullMarked
package io.github.palimpsest.optimizers.technique;

import org.jspecify.annotations.NullMarked;
