package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import java.util.List;

/** The model families that come with this module. */
public final class FamiliesPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-llm";
  }

  @Override
  public List<ModelFamilyProvider> families() {
    return List.of(
        Gemma2Family.PROVIDER,
        Gemma3TextFamily.PROVIDER,
        Gpt2Family.PROVIDER,
        GptNeoxFamily.PROVIDER,
        LlamaFamily.PROVIDER,
        MistralFamily.PROVIDER,
        Olmo2Family.PROVIDER,
        Phi3Family.PROVIDER,
        Qwen2Family.PROVIDER,
        Qwen3Family.PROVIDER,
        Smollm3Family.PROVIDER);
  }
}
