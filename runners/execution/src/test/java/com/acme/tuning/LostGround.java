package com.acme.tuning;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;

/** {@code R[T, 1] - R[1, 1]}: the change of the first task's score; positive is worse in nats. */
record LostGround() implements ForgettingMetric {
  static final ForgettingMetricProvider PROVIDER =
      ForgettingMetricProvider.of(
              "acme.lost-ground", "The first task's change", "R[T, 1] - R[1, 1]")
          .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "our own"))
          .creates(s -> new LostGround());

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble of(ScoreMatrix scores) {
    double lost = scores.after(scores.tasks() - 1, 0) - scores.after(0, 0);
    return Double.isNaN(lost) ? OptionalDouble.empty() : OptionalDouble.of(lost);
  }
}
