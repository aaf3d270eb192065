/** Probes: they measure trained weights, for example their sharpness. */
@NullMarked
package io.github.palimpsest.api.probe;

import org.jspecify.annotations.NullMarked;
