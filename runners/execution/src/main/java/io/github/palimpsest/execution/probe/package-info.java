/** Probes of finished cells. */
@NullMarked
package io.github.palimpsest.execution.probe;

import org.jspecify.annotations.NullMarked;
