package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The quickstart's model: each seed draws its own weights. */
record QuickstartModel() implements ModelOrigin {
  @Override
  public String sha256() {
    return Quickstart.NAME;
  }

  @Override
  public Optional<Path> family(PluginRegistry registry) {
    return Optional.empty();
  }

  @Override
  public DecoderModel configured(PluginRegistry registry) {
    return new Quickstart(0).model();
  }

  @Override
  public ModelSource open(PluginRegistry registry) {
    Quickstart quickstart = new Quickstart(0); // the model itself depends on no seed
    TextTokenizer tokenizer = quickstart.tokenizer();
    return ModelSource.drawn(
        quickstart.model(),
        tokenizer,
        Set.of(tokenizer.eos().orElseThrow()),
        seed -> new Quickstart(seed).initialWeights(),
        (folder, weights, dtype, card) ->
            quickstart.save(folder, registry, dtype.orElse(Dtype.F32), weights, card));
  }
}
