package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;

/**
 * What the rehearsed examples of a batch are for, where they are not part of the data loss like any
 * other (CON-03): a loss of their own, or a constraint on the gradient. Used from the second task
 * on, and built into each graph anew without side effects.
 */
@Experimental(since = "0.1")
public sealed interface RehearsalObjective permits RehearsalLoss, GradientConstraint {}
