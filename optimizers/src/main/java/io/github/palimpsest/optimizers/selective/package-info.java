/**
 * Optimizers that leave most weights unchanged at each step or in each task, so that less is
 * forgotten.
 *
 * <p>Start at {@link io.github.palimpsest.optimizers.selective.Selective}. It may use the api
 * module and the technique package.
 */
@NullMarked
package io.github.palimpsest.optimizers.selective;

import org.jspecify.annotations.NullMarked;
