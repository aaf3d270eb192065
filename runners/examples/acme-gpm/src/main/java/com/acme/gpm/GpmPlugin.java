package com.acme.gpm;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class GpmPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-gpm";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(Gpm.PROVIDER);
  }
}
