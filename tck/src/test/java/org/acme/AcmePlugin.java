package org.acme;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** A good plugin. */
public final class AcmePlugin implements Plugin {
  @Override
  public String name() {
    return "acme";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(new AcmeZero());
  }
}
