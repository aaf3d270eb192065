package io.github.palimpsest.ewc;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Offers regularizers that hold the weights near those of finished tasks. */
public final class EwcPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-ewc";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(Ewc.PROVIDER, L2Sp.PROVIDER, Mas.PROVIDER, SynapticIntelligence.PROVIDER);
  }
}
