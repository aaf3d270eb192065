package io.github.palimpsest.metrics;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ClosedMetric;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code F = 1/(T-1) sum_{i<T} (max_{t<T} s R[t, i] - s R[T, i])} with s = +1 where higher scores
 * are better and -1 otherwise: the drop of each task below its best score. Above 0 always means
 * worse; below 0 means that even the best score was exceeded.
 *
 * <p>Cells before a task's own training that were not measured are left out of the maximum. Empty
 * for one task, and if any other score that it needs was not measured.
 *
 * <p>Chaudhry et al. 2018, arXiv:1801.10112. Rules MET-01 and MET-02.
 */
record Forgetting(Rows rows) implements ForgettingMetric {
  /** The earlier rows over which the best is taken. */
  enum Rows {
    /** All but the last. */
    ALL,
    /** Those from the task's own training on. */
    SINCE_TRAINED
  }

  static final Setting<Rows> ROWS =
      Setting.choice(
          "rows",
          Rows.class,
          Rows.ALL,
          "earlier rows whose best counts: all, or only those since the task was trained");

  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "forgetting",
              "Drop of each task below its best score",
              "1/(T-1) sum over i<T of (max over t<T of s R[t, i]) - s R[T, i]; s = -1 where lower"
                  + " scores are better")
          .settings(ROWS)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Chaudhry, Dokania, Ajanthan and Torr 2018, Riemannian walk for incremental learning"
                      + " (arXiv:1801.10112)"))
          .with(ClosedMetric.class, (s, before, r, higher) -> closed(s.get(ROWS), r, higher))
          .creates(s -> new Forgetting(s.get(ROWS)));

  private static OptionalDouble closed(Rows rows, double[][] r, boolean higher) {
    int last = r.length - 1;
    double sum = 0;
    for (int i = 0; i < last; i++) {
      double best = higher ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      for (int t = rows == Rows.ALL ? 0 : i; t < last; t++) {
        best = higher ? Math.max(best, r[t][i]) : Math.min(best, r[t][i]);
      }
      sum += higher ? best - r[last][i] : r[last][i] - best;
    }
    return last == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / last);
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    double s = Means.sign(scores);
    return Means.over(0, last, i -> best(scores, s, i) - s * scores.after(last, i));
  }

  private double best(ScoreMatrix scores, double s, int task) {
    double best = s * scores.after(task, task);
    for (int t = rows == Rows.ALL ? 0 : task; t < scores.tasks() - 1; t++) {
      double score = s * scores.after(t, task);
      if (t >= task || !Double.isNaN(score)) {
        best = Math.max(best, score);
      }
    }
    return best;
  }
}
