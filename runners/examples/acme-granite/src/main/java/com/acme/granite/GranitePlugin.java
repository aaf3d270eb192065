package com.acme.granite;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class GranitePlugin implements Plugin {
  @Override
  public String name() {
    return "acme-granite";
  }

  @Override
  public List<ModelFamilyProvider> families() {
    return List.of(Granite.PROVIDER);
  }
}
