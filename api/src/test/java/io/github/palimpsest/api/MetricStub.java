package io.github.palimpsest.api;

import java.util.List;
import java.util.OptionalDouble;

/** The simplest provider: a metric that is not defined. */
record MetricStub(ComponentId id, List<Setting<?>> settings) implements ForgettingMetricProvider {
  MetricStub(String id, List<Setting<?>> settings) {
    this(new ComponentId(id), settings);
  }

  @Override
  public String summary() {
    return "a stub";
  }

  @Override
  public String equation() {
    return "none";
  }

  @Override
  public Traits traits(Settings values) {
    return Traits.of(Onset.AFTER_TRAINING, Cost.NONE);
  }

  @Override
  public ForgettingMetric create(Settings values) {
    return new ForgettingMetric() {
      @Override
      public boolean higherIsBetter() {
        return true;
      }

      @Override
      public OptionalDouble of(ScoreMatrix scores) {
        return OptionalDouble.empty();
      }
    };
  }
}
