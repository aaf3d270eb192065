package io.github.palimpsest.api;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.List;
import java.util.OptionalDouble;

/** The simplest provider: a metric that is not defined. */
public record MetricStub(ComponentId id, List<Setting<?>> settings)
    implements ForgettingMetricProvider {
  public MetricStub(String id, List<Setting<?>> settings) {
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
