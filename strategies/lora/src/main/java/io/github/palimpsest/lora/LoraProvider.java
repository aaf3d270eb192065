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
    return "x W' = x W + s ((x A) B - (x A0) B0); s = alpha / rank, or alpha / sqrt(rank) with rslora;"
        + " s A0 B0 = sum_i s_i u_i v_i^T over the first (pissa) or last (milora) singular triples of"
        + " W, or U_n U_n^T W with U_n the r last eigenvectors of the inputs' second moment on the"
        + " corpus (null-space), else 0";
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
        "Meng, Wang and Zhang 2024, PiSSA: principal singular values and singular vectors adaptation"
            + " of large language models, arXiv:2404.02948",
        "Wang et al. 2024, MiLoRA: harnessing minor singular components for parameter-efficient LLM"
            + " finetuning, arXiv:2406.09044",
        "Tang et al. 2025, Put the space of LoRA initialization to the extreme to preserve"
            + " pre-trained knowledge (LoRA-Null), arXiv:2503.02659",
        "Biderman et al. 2024, LoRA learns less and forgets less, arXiv:2405.09673");
  }

  @Override
  public boolean usesCorpus(Settings settings) {
    return settings.get(LowRankSettings.INIT) == Start.NULL_SPACE;
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
