package io.github.palimpsest.metrics;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code ACC = 1/T sum_i R[T, i]}: the mean score over all tasks after the last one, in the unit of
 * the scores. Empty if one of them was not measured.
 *
 * <p>Lopez-Paz and Ranzato 2017, arXiv:1706.08840. Rule MET-02.
 */
record AverageScore() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "average-score",
              "Mean score over all tasks after the last one",
              "1/T sum over i of R[T, i]")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Lopez-Paz and Ranzato 2017, Gradient episodic memory (arXiv:1706.08840)"))
          .promisesNot(Promise.MEASURES_FORGETTING)
          .creates(s -> new AverageScore());

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
