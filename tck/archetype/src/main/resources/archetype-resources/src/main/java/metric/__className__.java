package ${package};

import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code 1/(T-1) sum_{i<T} s (R[T, i] - R[i, i])} with s = -1 where lower scores are better:
 * negative means forgetting. Empty for one task, and if a score that it needs was not measured.
 */
record ${className}() implements ForgettingMetric {
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
