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
 * {@code FWT = 1/(T-1) sum_{i>=2} s (R[i-1, i] - b[i])} with s = +1 where higher scores are better
 * and -1 otherwise: the effect of earlier tasks on a task before its own training. Empty for one
 * task, and if a score that it needs was not measured.
 *
 * <p>Lopez-Paz and Ranzato 2017, arXiv:1706.08840, where {@code b[i]} is the score of a randomly
 * initialised model. Here it is that of the model before any training, which may be pretrained:
 * what the pretraining alone knows of a task is no transfer. Rule MET-02.
 */
record ForwardTransfer() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "forward-transfer",
              "Effect of earlier tasks on a task before its own training",
              "1/(T-1) sum over i>=2 of s (R[i-1, i] - b[i]); s = -1 where lower scores are better")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Lopez-Paz and Ranzato 2017, Gradient episodic memory (arXiv:1706.08840)"))
          .promisesNot(Promise.MEASURES_FORGETTING)
          .creates(s -> new ForwardTransfer());

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    double s = Means.sign(scores);
    return Means.over(1, scores.tasks(), i -> s * (scores.after(i - 1, i) - scores.before(i)));
  }
}
