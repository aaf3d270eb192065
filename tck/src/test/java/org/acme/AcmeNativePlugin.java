package org.acme;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import java.util.List;

/** Loads TensorFlow when it is loaded. */
public final class AcmeNativePlugin implements Plugin {
  static final String VERSION = org.tensorflow.TensorFlow.version();

  @Override
  public String name() {
    return "acme";
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(new AcmeZero());
  }
}
