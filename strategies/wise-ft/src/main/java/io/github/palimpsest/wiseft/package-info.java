/**
 * Wise-FT: weights between those before and those after training.
 *
 * <p>Start at {@link io.github.palimpsest.wiseft.WiseFt}. This package may use the api module
 * alone.
 */
@NullMarked
package io.github.palimpsest.wiseft;

import org.jspecify.annotations.NullMarked;
