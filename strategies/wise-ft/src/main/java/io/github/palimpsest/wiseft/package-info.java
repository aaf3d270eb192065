/**
 * Ways to merge the weights before and after training: Wise-FT, task arithmetic, TIES, DARE, ...
 * One class for each, with its provider; {@link io.github.palimpsest.wiseft.Ends} streams the
 * tensors.
 *
 * <p>Start at {@link io.github.palimpsest.wiseft.WiseFt}. This package may use only the api module.
 */
@NullMarked
package io.github.palimpsest.wiseft;

import org.jspecify.annotations.NullMarked;
