package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.llm.peft.PeftStart;
import java.nio.file.Path;
import java.util.List;
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
    return weights(adapter, directory, registry);
  }

  /** The model's weights with the adapter of a folder merged in. */
  public static WeightSnapshot weights(
      Path adapter, HuggingFaceDirectory directory, PluginRegistry registry) {
    PeftAdapter peft = PeftDirectory.open(adapter);
    BoundAdapter bound =
        PeftDirectory.component(registry, peft).create().bind(directory.model().parameters());
    WeightSnapshot base =
        AdaptedBase.of(
            directory.model(), directory.weights(), bound, List.of(), AdaptedBase.rng(0, 0));
    return bound.merge(PeftStart.values(bound, peft.tensors(), base), base);
  }

  /** The folder of a model and that of the adapter, if there is one. */
  public List<Path> with(Path model) {
    return folder == null ? List.of(model) : List.of(model, folder);
  }

  /** Whether there is an adapter. */
  public boolean given() {
    return folder != null;
  }
}
