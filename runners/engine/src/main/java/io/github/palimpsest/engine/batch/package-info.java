/** The rows of a step's batch: where they come from, and which of them a gradient is of. */
@NullMarked
package io.github.palimpsest.engine.batch;

import org.jspecify.annotations.NullMarked;
