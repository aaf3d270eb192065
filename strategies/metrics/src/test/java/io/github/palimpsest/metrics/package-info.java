/** Tests of the metrics against golden matrices and small ones worked out by hand. */
@NullMarked
package io.github.palimpsest.metrics;

import org.jspecify.annotations.NullMarked;
