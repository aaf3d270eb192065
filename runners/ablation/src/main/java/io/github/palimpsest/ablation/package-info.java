/**
 * Experiments: from one file to cells, from cells to results, from results to a table.
 *
 * <p>Start at {@link io.github.palimpsest.ablation.ExperimentFile} (reading), {@link
 * io.github.palimpsest.ablation.Grid} (cells and exclusions), {@link
 * io.github.palimpsest.ablation.ExperimentRun} (running) and {@link
 * io.github.palimpsest.ablation.Report} (tables).
 *
 * <p>This package may use the API, the engine, the language models and Guice, and never a concrete
 * optimizer or strategy: those come from the registry.
 */
@NullMarked
package io.github.palimpsest.ablation;

import org.jspecify.annotations.NullMarked;
