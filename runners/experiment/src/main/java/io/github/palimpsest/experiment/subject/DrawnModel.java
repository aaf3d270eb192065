package io.github.palimpsest.experiment.subject;

import static java.util.stream.Collectors.toSet;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.FreshDecoder;
import io.github.palimpsest.experiment.file.WrittenPath;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.model.ConfiguredModel;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A decoder whose weights each seed draws: normal with the deviation of its configuration, gains 1,
 * biases 0.
 *
 * @param config the folder with config.json
 * @param tokenizer the folder with the tokenizer; empty for that of the quickstart
 */
record DrawnModel(Path config, Optional<Path> tokenizer) implements ModelOrigin {
  private static final String CONFIG = "config.json";

  static DrawnModel of(Experiment e, FreshDecoder decoder) {
    Path config = DataPaths.find(e, decoder.place(), decoder.config());
    if (!Files.isRegularFile(config.resolve(CONFIG))) {
      throw decoder
          .place()
          .error("'config' is a folder with config.json, and '" + decoder.config() + "' has none");
    }
    WrittenPath tokenizer = decoder.tokenizer().orElse(decoder.config());
    return new DrawnModel(
        config,
        MADE.containsKey(tokenizer.text())
            ? Optional.empty()
            : Optional.of(DataPaths.find(e, decoder.place(), tokenizer)));
  }

  @Override
  public List<Path> folders() {
    return Stream.concat(Stream.of(config), tokenizer.stream()).distinct().toList();
  }

  @Override
  public String sha256() {
    TreeMap<String, String> files = new TreeMap<>();
    tokenizer.ifPresent(
        folder -> files.putAll(ModelFolder.fingerprints(folder, ModelFolder::isTokenizer)));
    files.put("drawn from", Fingerprint.of(config.resolve(CONFIG)));
    return Fingerprint.of(files);
  }

  @Override
  public Optional<Path> family(PluginRegistry registry) {
    return Optional.of(HuggingFaceDirectory.family(config, registry).origin().location());
  }

  @Override
  public Optional<ChatTemplates> chatTemplates() {
    return tokenizer.flatMap(HuggingFaceDirectory::chatTemplates);
  }

  @Override
  public DecoderModel configured(PluginRegistry registry) {
    return ConfiguredModel.of(config, registry);
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.github.palimpsest.api.PalimpsestException if a file is missing or malformed, or the
   *     tokenizer has more tokens than the configuration
   */
  @Override
  public ModelSource open(PluginRegistry registry) {
    DecoderModel model = ConfiguredModel.of(config, registry);
    TextTokenizer tokens =
        tokenizer
            .map(TextTokenizer::load)
            .orElseGet(() -> new Quickstart(0).tokenizer())
            .fitting(model.spec().vocabulary());
    return ModelSource.drawn(
        model,
        tokens,
        tokens.eos().stream().boxed().collect(toSet()),
        seed -> model.initialWeights(Streams.stream(seed, "decoder", 0, 0)),
        (folder, weights, dtype, card) ->
            withTokenizer(
                files ->
                    NewDirectory.save(
                        folder,
                        FamilyConfig.of(HuggingFaceDirectory.family(config, registry)),
                        model,
                        weights,
                        dtype.orElse(Dtype.F32),
                        files,
                        card)));
  }

  private void withTokenizer(Consumer<Path> saves) {
    if (tokenizer.isPresent()) {
      saves.accept(tokenizer.get());
    } else {
      new Quickstart(0).withTokenizer(saves);
    }
  }
}
