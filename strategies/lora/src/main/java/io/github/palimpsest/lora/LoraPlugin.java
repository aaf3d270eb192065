package io.github.palimpsest.lora;

import io.github.palimpsest.api.AdapterProvider;
import io.github.palimpsest.api.Plugin;
import java.util.List;

/** Offers low-rank adapters. */
public final class LoraPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-lora";
  }

  @Override
  public List<AdapterProvider> adapters() {
    return List.of(new LoraProvider(), new DoraProvider());
  }
}
