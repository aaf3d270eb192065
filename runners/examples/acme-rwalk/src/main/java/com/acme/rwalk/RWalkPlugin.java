package com.acme.rwalk;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class RWalkPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-rwalk";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(RWalk.PROVIDER);
  }
}
