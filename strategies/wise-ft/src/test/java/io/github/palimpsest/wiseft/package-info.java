/** Tests of Wise-FT against golden tensors and its end points. */
@NullMarked
package io.github.palimpsest.wiseft;

import org.jspecify.annotations.NullMarked;
