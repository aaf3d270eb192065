/** What is told of a training whose numbers are no longer finite. */
@NullMarked
package io.github.palimpsest.engine.divergence;

import org.jspecify.annotations.NullMarked;
