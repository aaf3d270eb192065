package com.acme.vera;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.adapter.AdapterProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class VeraPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-vera";
  }

  @Override
  public List<AdapterProvider> adapters() {
    return List.of(Vera.PROVIDER);
  }
}
