/** Files that say themselves whether they are whole, and where they go when they are not. */
@NullMarked
package io.github.palimpsest.ablation.integrity;

import org.jspecify.annotations.NullMarked;
