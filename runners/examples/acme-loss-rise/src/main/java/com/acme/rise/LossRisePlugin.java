package com.acme.rise;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.probe.ProbeProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class LossRisePlugin implements Plugin {
  @Override
  public String name() {
    return "acme-loss-rise";
  }

  @Override
  public List<ProbeProvider> probes() {
    return List.of(LossRise.PROVIDER);
  }
}
