package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Stable;
import java.util.OptionalDouble;

/**
 * Condenses a score matrix into one number: forgetting, or any other measure of such a matrix, for
 * example average score, learning accuracy, and backward and forward transfer. A measure of
 * forgetting promises {@link io.github.palimpsest.api.component.Promise#MEASURES_FORGETTING}. It
 * uses no graph. Rules MET-01, MET-02, MET-03 and MET-05.
 */
@Stable(since = "0.1")
public interface ForgettingMetric {
  /** Whether a higher value of this metric is better, if higher scores are better. */
  boolean higherIsBetter();

  /**
   * Whether a higher value of this metric is better for these scores; a mean of scores has their
   * direction.
   */
  default boolean higherIsBetter(ScoreMatrix scores) {
    return higherIsBetter();
  }

  /**
   * The metric, in the unit of the scores.
   *
   * @return empty if the metric is not defined, for example backward transfer of one task
   */
  OptionalDouble of(ScoreMatrix scores);
}
