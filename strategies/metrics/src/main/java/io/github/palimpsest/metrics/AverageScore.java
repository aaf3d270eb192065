package io.github.palimpsest.metrics;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.ForgettingMetric;
import io.github.palimpsest.api.ForgettingMetricProvider;
import io.github.palimpsest.api.ScoreMatrix;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code ACC = 1/T sum_i R[T, i]}: the mean score over all tasks after the last one, in the unit of
 * the scores. Empty if one of them was not measured.
 *
 * <p>Lopez-Paz and Ranzato 2017, arXiv:1706.08840. Rule MET-02.
 */
record AverageScore() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      new MetricEntry(
          new ComponentId("average-score"),
          "Mean score over all tasks after the last one",
          "1/T sum over i of R[T, i]",
          List.of(),
          "Lopez-Paz and Ranzato 2017, Gradient episodic memory (arXiv:1706.08840)",
          Set.of(),
          s -> new AverageScore());

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public boolean higherIsBetter(ScoreMatrix scores) {
    return scores.higherScoresAreBetter();
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    return Means.over(0, scores.tasks(), i -> scores.after(last, i));
  }
}
