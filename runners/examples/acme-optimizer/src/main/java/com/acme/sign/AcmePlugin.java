package com.acme.sign;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.Plugin;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class AcmePlugin implements Plugin {
  @Override
  public String name() {
    return "acme-optimizer";
  }

  @Override
  public List<OptimizerProvider> optimizers() {
    return List.of(Sign.PROVIDER);
  }
}
