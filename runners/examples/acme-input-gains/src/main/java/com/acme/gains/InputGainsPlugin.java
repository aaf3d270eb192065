package com.acme.gains;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.adapter.AdapterProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class InputGainsPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-input-gains";
  }

  @Override
  public List<AdapterProvider> adapters() {
    return List.of(InputGains.PROVIDER);
  }
}
