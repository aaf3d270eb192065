package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Experimental;

/**
 * How the reference model of a task is trained, with whose score a metric compares. It starts from
 * the weights before any training, has the optimizer, adapter and seed of the run, and no
 * regularizer, rehearsal or merger.
 */
@Experimental(since = "0.2")
public enum ReferenceTraining {
  /** On the examples of this task and of all earlier ones together, as one task. */
  JOINT,
  /** On the examples of this task alone. */
  ALONE
}
