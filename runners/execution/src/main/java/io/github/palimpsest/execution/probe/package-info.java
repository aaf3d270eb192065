/** Probes of stages before the next one, and of finished cells. */
@NullMarked
package io.github.palimpsest.execution.probe;

import org.jspecify.annotations.NullMarked;
