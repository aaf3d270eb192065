package io.github.palimpsest.lora;

import io.github.palimpsest.api.AdapterProvider;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.RegularizerProvider;
import java.util.List;

/** Offers low-rank adapters, their orthogonality term, and freezing. */
public final class LoraPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-lora";
  }

  @Override
  public List<AdapterProvider> adapters() {
    return List.of(
        new LoraProvider(), new DoraProvider(), new OpLoraProvider(), new FreezeProvider());
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(new BalancednessProvider(), new OrthogonalLoraProvider());
  }
}
