package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Stable;
import java.util.OptionalDouble;

/**
 * Condenses a score matrix into one number: forgetting, and likewise every other measure of such a
 * matrix, such as average score, learning accuracy, and backward and forward transfer. A measure of
 * forgetting is one that promises {@link
 * io.github.palimpsest.api.component.Promise#MEASURES_FORGETTING}. No graph here. Rules MET-01,
 * MET-02 and M1.
 */
@Stable(since = "0.1")
public interface ForgettingMetric {
  /** Whether a higher value of this metric is the better one, where higher scores are. */
  boolean higherIsBetter();

  /** The same for these scores: a mean of scores is better in whichever direction they are. */
  default boolean higherIsBetter(ScoreMatrix scores) {
    return higherIsBetter();
  }

  /**
   * The metric, in the unit of the scores.
   *
   * @return empty where the metric is not defined, for example backward transfer of one task
   */
  OptionalDouble of(ScoreMatrix scores);
}
