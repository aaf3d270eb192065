/** The peak memory of a run, predicted from its description. */
@NullMarked
package io.github.palimpsest.execution.memory;

import org.jspecify.annotations.NullMarked;
