/**
 * Plans: the cells of an experiment, the excluded combinations with reasons, and the shared stages.
 * Start at {@link io.github.palimpsest.experiment.plan.Plan}.
 */
@NullMarked
package io.github.palimpsest.experiment.plan;

import org.jspecify.annotations.NullMarked;
