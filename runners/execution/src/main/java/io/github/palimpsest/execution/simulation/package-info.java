/**
 * Simulation of workers that share a grid, without training anything: {@link
 * io.github.palimpsest.execution.simulation.GridUnits} is the work of a planned grid with times
 * from measured ones, {@link io.github.palimpsest.execution.simulation.GridSimulation} lets workers
 * take it in the order of {@code palimpsest work} and lose some of them.
 */
@NullMarked
package io.github.palimpsest.execution.simulation;

import org.jspecify.annotations.NullMarked;
