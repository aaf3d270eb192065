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
 * {@code LA = 1/T sum_i R[i, i]}: the mean score on each task right after it was trained, in the
 * unit of the scores. It does not see forgetting. Empty if one of them was not measured.
 *
 * <p>Riemer et al. 2019, arXiv:1810.11910. Rule MET-02.
 */
record LearningAccuracy() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "learning-accuracy",
              "Mean score on each task right after it was trained",
              "1/T sum over i of R[i, i]")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Riemer et al. 2019, Learning to learn without forgetting by maximizing transfer and"
                      + " minimizing interference (arXiv:1810.11910)"))
          .promisesNot(Promise.MEASURES_FORGETTING)
          .creates(s -> new LearningAccuracy());

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
    return Means.over(0, scores.tasks(), i -> scores.after(i, i));
  }
}
