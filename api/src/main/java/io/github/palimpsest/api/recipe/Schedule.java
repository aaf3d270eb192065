package io.github.palimpsest.api.recipe;

import io.github.palimpsest.api.Stable;

/**
 * A number that depends on the step alone. It is computed on the host in double precision and
 * enters the graph by feeding, so bias corrections keep their precision.
 */
@Stable(since = "0.1")
@FunctionalInterface
public interface Schedule {
  /**
   * The value at a step of a task.
   *
   * @param step steps of this task already done, from 0
   * @param totalSteps steps that this task will take
   */
  double at(long step, long totalSteps);

  /** The same value at every step. */
  static Schedule constant(double value) {
    return new Schedules.Constant(value, 0);
  }
}
