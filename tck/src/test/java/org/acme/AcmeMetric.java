package org.acme;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** A metric whose value is a subclass's business: each does one thing that a component may not. */
abstract class AcmeMetric implements ForgettingMetricProvider {
  private final String id;

  AcmeMetric(String id) {
    this.id = id;
  }

  abstract double value();

  @Override
  public final ComponentId id() {
    return new ComponentId(id);
  }

  @Override
  public final String summary() {
    return "a number";
  }

  @Override
  public final String equation() {
    return "0";
  }

  @Override
  public final List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public final Traits traits(Settings settings) {
    return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "nowhere");
  }

  /** None: a constant measures no forgetting. */
  @Override
  public final Set<Promise> promises(Settings settings) {
    return Set.of();
  }

  @Override
  public final ForgettingMetric create(Settings settings) {
    return new ForgettingMetric() {
      @Override
      public boolean higherIsBetter() {
        return true;
      }

      @Override
      public OptionalDouble of(ScoreMatrix scores) {
        return OptionalDouble.of(value());
      }
    };
  }
}
