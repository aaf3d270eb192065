package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;

/**
 * From when on a component can change the weights, or follows the steps that do. Two experiments
 * that differ only in components whose onset has not come yet have equal weights so far, and may
 * share the work.
 */
@Stable(since = "0.1")
public enum Onset {
  /** From the first step of the first task. */
  FIRST_TASK,
  /** Not before the second task: regularizers and rehearsal, which need a finished task. */
  LATER_TASKS,
  /** Only after the last task. */
  AFTER_TRAINING
}
