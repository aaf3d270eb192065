package com.acme.sam;

import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.Plugin;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class SamPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-sam";
  }

  @Override
  public List<OptimizerProvider> optimizers() {
    return List.of(Sam.PROVIDER);
  }
}
