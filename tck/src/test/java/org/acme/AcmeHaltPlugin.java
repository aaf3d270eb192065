package org.acme;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** Offers a metric that ends the process. */
public final class AcmeHaltPlugin implements Plugin {
  @Override
  public String name() {
    return "acme";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(new AcmeHalt());
  }
}
