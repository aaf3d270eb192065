/**
 * Runs a plan in several processes: {@link io.github.palimpsest.execution.pool.WorkerPool} starts
 * them, {@link io.github.palimpsest.execution.pool.Worker} is the work of each.
 */
@NullMarked
package io.github.palimpsest.execution.pool;

import org.jspecify.annotations.NullMarked;
