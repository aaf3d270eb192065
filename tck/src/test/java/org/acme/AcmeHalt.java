package org.acme;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.ForgettingMetric;
import io.github.palimpsest.api.ForgettingMetricProvider;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.ScoreMatrix;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.OptionalDouble;

/** Ends the process. */
public final class AcmeHalt implements ForgettingMetricProvider {

  @Override
  public ComponentId id() {
    return new ComponentId("acme.halt");
  }

  @Override
  public String summary() {
    return "a number";
  }

  @Override
  public String equation() {
    return "0";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "nowhere");
  }

  @Override
  public ForgettingMetric create(Settings settings) {
    return new Metric();
  }

  private static final class Metric implements ForgettingMetric {
    @Override
    public boolean higherIsBetter() {
      return true;
    }

    @Override
    public OptionalDouble of(ScoreMatrix scores) {
      Runtime.getRuntime().halt(7);
      return OptionalDouble.empty();
    }
  }
}
