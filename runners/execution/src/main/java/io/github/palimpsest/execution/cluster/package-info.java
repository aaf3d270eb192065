/**
 * Runs a plan by worker processes on the machines of a cluster: start at {@link
 * io.github.palimpsest.execution.cluster.ClusterExecutor}. What knows a cluster's scheduler is a
 * {@link io.github.palimpsest.execution.cluster.ClusterProvider} in a module of its own.
 */
@NullMarked
package io.github.palimpsest.execution.cluster;

import org.jspecify.annotations.NullMarked;
