package com.acme.worst;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/**
 * {@code max_{i<T} s (R[i, i] - R[T, i])} with s = -1 where lower scores are better: what the task
 * lost that was forgotten most. Empty for one task, and if a score that it needs was not measured.
 */
record WorstDrop() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "acme.worst-drop",
              "What the task lost that was forgotten most",
              "max over i<T of s (R[i, i] - R[T, i]); s = -1 where lower is better")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "the largest term of Chaudhry et al. 2018 (arXiv:1801.10112)"))
          .creates(s -> new WorstDrop());

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    double s = scores.higherScoresAreBetter() ? 1 : -1;
    double worst = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < last; i++) {
      worst = Math.max(worst, s * (scores.after(i, i) - scores.after(last, i)));
    }
    // Math.max of NaN and a number is NaN
    return last == 0 || Double.isNaN(worst) ? OptionalDouble.empty() : OptionalDouble.of(worst);
  }
}
