package io.github.palimpsest.metrics;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ClosedMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code BWT = 1/(T-1) sum_{i<T} s (R[T, i] - R[i, i])} with s = +1 where higher scores are better
 * and -1 otherwise: the effect of later training on earlier tasks; negative means forgetting. Empty
 * for one task, and if a score that it needs was not measured.
 *
 * <p>Lopez-Paz and Ranzato 2017, arXiv:1706.08840. Some published code divides by T. Rules MET-01
 * and MET-02.
 */
record BackwardTransfer() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "backward-transfer",
              "Effect of later training on earlier tasks; negative if they were forgotten",
              "1/(T-1) sum over i<T of s (R[T, i] - R[i, i]); s = -1 if lower scores are better")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Lopez-Paz and Ranzato 2017, Gradient episodic memory (arXiv:1706.08840)"))
          .with(ClosedMetric.class, (s, before, r, higher) -> closed(r, higher))
          .creates(s -> new BackwardTransfer());

  private static OptionalDouble closed(double[][] r, boolean higher) {
    int last = r.length - 1;
    double sum = 0;
    for (int i = 0; i < last; i++) {
      sum += r[last][i] - r[i][i];
    }
    return last == 0 ? OptionalDouble.empty() : OptionalDouble.of((higher ? sum : -sum) / last);
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    double s = Means.sign(scores);
    return Means.over(0, last, i -> s * (scores.after(last, i) - scores.after(i, i)));
  }
}
