package io.github.palimpsest.api;

import java.util.OptionalDouble;

/** Condenses a score matrix into one number. */
public interface ForgettingMetric {
  /** Whether a higher value of this metric is the better one. */
  boolean higherIsBetter();

  /**
   * The metric, in the unit of the scores.
   *
   * @return empty where the metric is not defined, for example backward transfer of one task
   */
  OptionalDouble of(ScoreMatrix scores);
}
