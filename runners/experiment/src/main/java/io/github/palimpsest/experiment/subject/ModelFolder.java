package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.model.ConfiguredModel;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A model in a Hugging Face directory.
 *
 * @param folder the directory
 */
public record ModelFolder(Path folder) implements ModelOrigin {
  /** By the content of the files that results depend on. */
  @Override
  public String sha256() {
    return Fingerprint.of(
        fingerprints(
            folder,
            name ->
                name.equals("config.json")
                    || name.equals("generation_config.json")
                    || isTokenizer(name)
                    || name.contains(".safetensors")));
  }

  static boolean isTokenizer(String file) {
    return file.startsWith("tokenizer");
  }

  /** The hashes of files in a folder, by their names. */
  static SortedMap<String, String> fingerprints(Path folder, Predicate<String> named) {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> used =
          all.filter(p -> named.test(p.getFileName().toString()))
              .filter(Files::isRegularFile)
              .toList();
      used.forEach(p -> files.put(p.getFileName().toString(), Fingerprint.of(p)));
    } catch (IOException x) {
      throw new PalimpsestException(
          "model directory '" + folder + "' cannot be read: " + x.getMessage(), x);
    }
    return files;
  }

  @Override
  public List<Path> folders() {
    return List.of(folder);
  }

  @Override
  public Optional<Path> family(PluginRegistry registry) {
    return Optional.of(HuggingFaceDirectory.family(folder, registry).origin().location());
  }

  @Override
  public Optional<ChatTemplates> chatTemplates() {
    return HuggingFaceDirectory.chatTemplates(folder);
  }

  @Override
  public DecoderModel configured(PluginRegistry registry) {
    return ConfiguredModel.of(folder, registry);
  }

  @Override
  public ModelSource open(PluginRegistry registry) {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder, registry);
    WeightSnapshot weights = directory.weights();
    TreeSet<Integer> ends = new TreeSet<>(directory.endTokens());
    TextTokenizer tokenizer = directory.tokenizer();
    tokenizer.eos().ifPresent(ends::add);
    return new ModelSource(directory.model(), tokenizer, ends, seed -> weights, directory::save);
  }
}
