package io.github.palimpsest.ewc;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.RegularizerProvider;
import java.util.List;

/** Offers elastic weight consolidation. */
public final class EwcPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-ewc";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(new EwcProvider());
  }
}
