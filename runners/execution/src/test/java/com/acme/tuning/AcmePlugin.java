package com.acme.tuning;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** The components of this program. */
final class AcmePlugin implements Plugin {
  @Override
  public String name() {
    return "acme";
  }

  @Override
  public List<OptimizerProvider> optimizers() {
    return List.of(Descent.PROVIDER);
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(Anchor.PROVIDER);
  }

  @Override
  public List<ForgettingMetricProvider> metrics() {
    return List.of(LostGround.PROVIDER);
  }
}
