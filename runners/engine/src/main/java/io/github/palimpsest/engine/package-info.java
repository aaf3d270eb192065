/**
 * The only code that owns a graph, a session or a variable.
 *
 * <p>Start at {@link io.github.palimpsest.engine.TaskLoop}, which trains one task after another;
 * {@link io.github.palimpsest.engine.StepGraph} is one training step.
 */
@NullMarked
package io.github.palimpsest.engine;

import org.jspecify.annotations.NullMarked;
