package io.github.palimpsest.metrics;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** Offers the metrics of a score matrix. */
public final class MetricsPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-metrics";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(
        AverageScore.PROVIDER,
        LearningAccuracy.PROVIDER,
        BackwardTransfer.PROVIDER,
        ForwardTransfer.PROVIDER,
        Forgetting.PROVIDER,
        Intransigence.PROVIDER);
  }
}
