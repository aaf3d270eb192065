package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;

/**
 * The objective of the rehearsed examples of a batch that are not part of the data loss like any
 * other (CON-03): a loss of their own, or a constraint on the gradient. It is used from the second
 * task on. Each graph builds it again, without side effects.
 */
@Experimental(since = "0.1")
public sealed interface RehearsalObjective permits RehearsalLoss, GradientConstraint {}
