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

/** Provides {@link Dora}. */
final class DoraProvider implements AdapterProvider {
  @Override
  public ComponentId id() {
    return new ComponentId("dora");
  }

  @Override
  public String summary() {
    return "Weight-decomposed low-rank adaptation: a low-rank direction and a trained magnitude";
  }

  @Override
  public String equation() {
    return "V = W + s A B; W' = (|W| + d) V / |V|, column by column; s as in lora; |V| held constant"
        + " in the gradient";
  }

  @Override
  public List<Setting<?>> settings() {
    return LowRankSettings.ALL;
  }

  @Override
  public Traits traits(Settings settings) {
    return LowRankSettings.traits(
        settings, "Liu et al. 2024, DoRA: Weight-decomposed low-rank adaptation, arXiv:2402.09353");
  }

  @Override
  public boolean usesCorpus(Settings settings) {
    return settings.get(LowRankSettings.INIT) == Start.NULL_SPACE;
  }

  @Override
  public Adapter create(Settings settings) {
    return new Dora(
        LowRankSettings.lowRank(settings), settings.get(LowRankSettings.MERGE_AFTER_TASK));
  }

  @Override
  public Optional<Value.Call> fromPeft(SortedMap<String, Object> config) {
    return PeftConfig.recipe("dora", true, config);
  }
}
