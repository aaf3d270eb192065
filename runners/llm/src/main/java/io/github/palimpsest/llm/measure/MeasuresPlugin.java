package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.measure.MeasureProvider;
import java.util.List;

/** Provides the measures for language models. */
public final class MeasuresPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-measures";
  }

  @Override
  public List<MeasureProvider> measures() {
    return List.of(NatsPerToken.PROVIDER, ExactMatch.PROVIDER, Accuracy.PROVIDER);
  }
}
