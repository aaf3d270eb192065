/**
 * What evaluation sets ask, item by item, and which items a training has lost and gained. Start at
 * {@link io.github.palimpsest.results.items.SetItems}.
 */
@NullMarked
package io.github.palimpsest.results.items;

import org.jspecify.annotations.NullMarked;
