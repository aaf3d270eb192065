package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.peft.PeftDirectory;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An optional PEFT adapter that is merged into a model. */
public final class AdapterOptions {
  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "a folder with a PEFT adapter for this model")
  @Nullable Path folder;

  /** Where the families of models and the readers of adapters are found. */
  @Mixin public PluginOptions plugins = new PluginOptions();

  /** The folder as written, if one is given. */
  public Optional<String> written() {
    return Optional.ofNullable(folder).map(Path::toString);
  }

  /** The model's weights, the adapter merged in if there is one. */
  public WeightSnapshot weights(HuggingFaceDirectory directory, PluginRegistry registry) {
    Path adapter = folder;
    if (adapter == null) {
      return directory.weights();
    }
    PeftAdapter peft = PeftDirectory.open(adapter);
    BoundAdapter bound =
        PeftDirectory.component(registry, peft).create().bind(directory.model().parameters());
    PeftImport reader =
        bound
            .capability(PeftImport.class)
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "'"
                            + adapter
                            + "': this kind of adapter cannot be read from PEFT's files"));
    return bound.merge(reader.fromPeft(peft.tensors(), directory.weights()), directory.weights());
  }
}
