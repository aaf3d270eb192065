/**
 * What every technique of this module is written with: a provider as one value, and how one
 * optimizer wraps another.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.technique.Technique}. It may use the api
 * module alone.
 */
@NullMarked
package io.github.palimpsest.optimizers.technique;

import org.jspecify.annotations.NullMarked;
