package com.acme.cka;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.probe.ProbeProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class CkaPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-cka";
  }

  @Override
  public List<ProbeProvider> probes() {
    return List.of(Cka.PROVIDER);
  }
}
