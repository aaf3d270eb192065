package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;

/**
 * The earliest point at which a component can change the weights, or starts to track the steps that
 * do. Two experiments that differ only in components before their onset have equal weights up to
 * that point and may share the work.
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
