/**
 * Plans: the cells of an experiment, what was left out and why, and the stages that cells share.
 * Start at {@link io.github.palimpsest.experiment.plan.Plan}.
 */
@NullMarked
package io.github.palimpsest.experiment.plan;

import org.jspecify.annotations.NullMarked;
