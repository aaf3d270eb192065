/**
 * Runs a plan into an output folder: start at {@link io.github.palimpsest.execution.ExperimentRun}.
 *
 * <p>This package never names a concrete optimizer or strategy: those come from the registry.
 */
@NullMarked
package io.github.palimpsest.execution;

import org.jspecify.annotations.NullMarked;
