package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Settings;
import java.util.OptionalDouble;

/**
 * The equation of a metric once more, on plain arrays. A {@link ForgettingMetricProvider} may have
 * this capability; the compatibility kit then compares the metric with it on drawn scores of one to
 * six tasks (MET-04).
 */
@FunctionalInterface
@Experimental(since = "0.1")
public interface ClosedMetric {
  /**
   * The metric.
   *
   * @param settings the resolved settings
   * @param before {@code b[i]}: the score of each task before any training
   * @param after {@code R[t][i]}: the score of task i after training on task t
   * @param higherScoresAreBetter the direction of the scores
   */
  OptionalDouble of(
      Settings settings, double[] before, double[][] after, boolean higherScoresAreBetter);
}
