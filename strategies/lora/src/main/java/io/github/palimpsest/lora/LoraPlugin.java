package io.github.palimpsest.lora;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Offers low-rank adapters, penalties of their factors, freezing, and prompts. */
public final class LoraPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-lora";
  }

  @Override
  public List<AdapterProvider> adapters() {
    return List.of(
        Lora.PROVIDER,
        Dora.PROVIDER,
        OpLora.PROVIDER,
        Oft.PROVIDER,
        Osf.PROVIDER,
        Freeze.PROVIDER,
        BitFit.PROVIDER,
        PromptTuning.PROVIDER);
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(Balancedness.PROVIDER, ControlledLora.PROVIDER, OrthogonalLora.PROVIDER);
  }
}
