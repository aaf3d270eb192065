/** Tests of the probes. */
@NullMarked
package io.github.palimpsest.sharpness;

import org.jspecify.annotations.NullMarked;
