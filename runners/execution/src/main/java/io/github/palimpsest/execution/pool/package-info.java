/**
 * Runs a plan in several processes: {@link io.github.palimpsest.execution.pool.WorkerPool} starts
 * them, {@link io.github.palimpsest.execution.pool.Worker} is what each does.
 */
@NullMarked
package io.github.palimpsest.execution.pool;

import org.jspecify.annotations.NullMarked;
