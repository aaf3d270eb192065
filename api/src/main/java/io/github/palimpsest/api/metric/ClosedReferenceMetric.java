package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Settings;
import java.util.OptionalDouble;

/**
 * {@link ClosedMetric} of a metric that {@linkplain NeedsReferences needs reference scores}: the
 * compatibility kit compares the metric with it (MET-04).
 */
@FunctionalInterface
@Experimental(since = "0.2")
public interface ClosedReferenceMetric {
  /**
   * The metric.
   *
   * @param settings the resolved settings
   * @param before {@code b[i]}: the score of each task before any training
   * @param after {@code R[t][i]}: the score of task i after training on task t
   * @param reference {@code a[i]}: the score of each task's reference model on this task
   * @param higherScoresAreBetter the direction of the scores
   */
  OptionalDouble of(
      Settings settings,
      double[] before,
      double[][] after,
      double[] reference,
      boolean higherScoresAreBetter);
}
