package io.github.palimpsest.api;

/** Provides a {@link ForgettingMetric}. */
public interface ForgettingMetricProvider extends Provider<ForgettingMetric> {
  @Override
  default Kind kind() {
    return Kind.METRIC;
  }
}
