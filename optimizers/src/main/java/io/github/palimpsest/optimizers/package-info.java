/**
 * The optimizers of this project as one plugin, one sub-package for each family.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.OptimizersPlugin}, then read {@link
 * io.github.palimpsest.optimizers.descent} for the plainest technique and {@link
 * io.github.palimpsest.optimizers.sharpness} for one optimizer wrapping another. Everything here
 * may use the JDK, tensorflow-core-api and the api module, and nothing else.
 */
@NullMarked
package io.github.palimpsest.optimizers;

import org.jspecify.annotations.NullMarked;
