package com.acme.soft;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class SoftAnchorsPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-soft-anchors";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(SoftAnchors.PROVIDER);
  }
}
