package ${package};

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code 1/(T-1) sum_{i<T} s (R[T, i] - R[i, i])} with s = -1 where lower scores are better:
 * negative means forgetting. Empty for one task, and if a score that it needs was not measured.
 */
record ${className}() implements ForgettingMetric {
  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "${id}",
              "What later training changed in the scores of earlier tasks",
              "1/(T-1) sum over i<T of s (R[T, i] - R[i, i]); s = -1 where lower is better")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING, Cost.NONE, "Lopez-Paz and Ranzato 2017 (arXiv:1706.08840)"))
          .creates(s -> new ${className}());

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    double s = scores.higherScoresAreBetter() ? 1 : -1;
    double sum = 0;
    for (int i = 0; i < last; i++) {
      sum += s * (scores.after(last, i) - scores.after(i, i));
    }
    return last == 0 || Double.isNaN(sum) ? OptionalDouble.empty() : OptionalDouble.of(sum / last);
  }
}
