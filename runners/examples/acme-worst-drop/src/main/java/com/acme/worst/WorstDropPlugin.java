package com.acme.worst;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class WorstDropPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-worst-drop";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(WorstDrop.PROVIDER);
  }
}
