package io.github.palimpsest.lora;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.AdapterProvider;
import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import io.github.palimpsest.api.Value;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Provides {@link Lora}. */
final class LoraProvider implements AdapterProvider {
  @Override
  public ComponentId id() {
    return new ComponentId("lora");
  }

  @Override
  public String summary() {
    return "Low-rank adaptation: trains a product of two thin matrices beside each kernel";
  }

  @Override
  public String equation() {
    return "x W' = x W + s (x A) B; s = alpha / rank, or alpha / sqrt(rank) with rslora";
  }

  @Override
  public List<Setting<?>> settings() {
    return LowRankSettings.ALL;
  }

  @Override
  public Traits traits(Settings settings) {
    return LowRankSettings.traits(
        settings,
        "Hu et al. 2021, LoRA: Low-rank adaptation of large language models, arXiv:2106.09685",
        "Kalajdzievski 2023, A rank stabilization scaling factor (rsLoRA), arXiv:2312.03732",
        "Biderman et al. 2024, LoRA learns less and forgets less, arXiv:2405.09673");
  }

  @Override
  public Adapter create(Settings settings) {
    return new Lora(
        LowRankSettings.lowRank(settings), settings.get(LowRankSettings.MERGE_AFTER_TASK));
  }

  @Override
  public Optional<Value.Call> fromPeft(SortedMap<String, Object> config) {
    return PeftConfig.recipe("lora", false, config);
  }
}
