package org.acme;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** Offers another component under an id that {@link AcmePlugin} has. */
public final class AcmeTwinPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-twin";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(new AcmeTwin());
  }
}
