/**
 * Changes to gradients and updates that chain over any optimizer: clipping, decay, averaging,
 * masks.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.transform.Transforms}. It may use the api
 * module and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.transform;

import org.jspecify.annotations.NullMarked;
