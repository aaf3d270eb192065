package io.github.palimpsest.lora;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.AdapterProvider;
import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;

/** Provides {@link OpLora}. */
final class OpLoraProvider implements AdapterProvider {
  static final Setting<Integer> PRESERVE =
      Setting.integer(
          "preserve", 8, 1, 65536, "k, how many of each kernel's largest singular triples stay");

  @Override
  public ComponentId id() {
    return new ComponentId("oplora");
  }

  @Override
  public String summary() {
    return "Orthogonal-projection LoRA: leaves each kernel's largest singular triples as they are";
  }

  @Override
  public String equation() {
    return "W' = W + s (I - U_k U_k^T) A B (I - V_k V_k^T); W = U diag(s) V^T; s as in lora";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        LowRankSettings.RANK,
        LowRankSettings.ALPHA,
        LowRankSettings.RSLORA,
        LowRankSettings.TARGET,
        PRESERVE,
        LowRankSettings.DROPOUT,
        LowRankSettings.MERGE_AFTER_TASK);
  }

  @Override
  public Traits traits(Settings settings) {
    return LowRankSettings.traits(
        settings,
        "Xiong and Xie 2025, OPLoRA: orthogonal projection LoRA prevents catastrophic forgetting"
            + " during parameter-efficient fine-tuning, arXiv:2510.13003");
  }

  @Override
  public Adapter create(Settings settings) {
    LowRank lowRank =
        new LowRank(
            settings.get(LowRankSettings.RANK),
            settings.get(LowRankSettings.ALPHA),
            settings.get(LowRankSettings.RSLORA),
            settings.get(LowRankSettings.TARGET),
            Start.DEFAULT,
            1,
            settings.get(LowRankSettings.DROPOUT));
    return new OpLora(
        lowRank, settings.get(PRESERVE), settings.get(LowRankSettings.MERGE_AFTER_TASK));
  }
}
