package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The quickstart's model: each seed draws its own weights. */
record QuickstartModel() implements ModelOrigin {
  @Override
  public String sha256() {
    return "quickstart";
  }

  @Override
  public Optional<Path> family(PluginRegistry registry) {
    return Optional.empty();
  }

  @Override
  public ModelSource open(PluginRegistry registry) {
    Quickstart quickstart = new Quickstart(0); // the model itself depends on no seed
    Map<Long, WeightSnapshot> bySeed = new HashMap<>();
    TextTokenizer tokenizer = quickstart.tokenizer();
    return new ModelSource(
        quickstart.model(),
        tokenizer,
        Set.of(tokenizer.eos().orElseThrow()),
        seed -> bySeed.computeIfAbsent(seed, s -> new Quickstart(s).initialWeights()));
  }
}
