package io.github.palimpsest.engine;

import io.github.palimpsest.api.rehearsal.GradientConstraint;

/**
 * A constraint on every gradient of the data loss.
 *
 * @param of the constraint
 * @param task the current task: as many are finished
 */
record Constraint(GradientConstraint of, int task) {}
