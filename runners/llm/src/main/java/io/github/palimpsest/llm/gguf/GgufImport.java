package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Turns a GGUF file into a Hugging Face directory. */
public final class GgufImport {
  private GgufImport() {}

  /**
   * What was imported.
   *
   * @param architecture the architecture in GGUF
   * @param modelType the {@code model_type} in {@code config.json}
   * @param types the number of tensors of each type
   * @param parameters the number of parameters
   * @param leftOut the keys of the metadata that have no effect on the model
   */
  public record Imported(
      String architecture,
      String modelType,
      Map<String, Integer> types,
      long parameters,
      List<String> leftOut) {}

  /**
   * Imports a file. At most a few tensors are in memory at a time.
   *
   * @param target must not exist yet; it appears when it is complete
   * @param dtype the type of the weights that are written
   * @param registry the registry that contains the model's family
   * @throws PalimpsestException if the target exists or cannot be written, the file is malformed,
   *     its model or tokenizer is not supported, or anything in the file with an effect would be
   *     lost; nothing is left behind
   */
  public static Imported run(Path file, Path target, Dtype dtype, PluginRegistry registry) {
    NewFolder.requireAbsent(target, "models");
    GgufFile gguf = GgufFile.open(file);
    Metadata metadata = gguf.metadata();
    requireWholeModel(metadata);
    Architecture architecture = Architecture.of(metadata);
    FamilyConfig family = FamilyConfig.of(registry.family(architecture.modelType()));
    ObjectNode config = architecture.config(new ModelKeys(architecture, metadata, gguf));
    DecoderSpec spec = family.read(file + ": as config.json", config);
    WeightSnapshot weights = TensorMap.of(gguf, architecture, spec);
    TokenizerFiles tokenizer = new TokenizerFiles(metadata, architecture);
    if (tokenizer.size() > spec.vocabulary()) {
      throw new PalimpsestException(
          "%s: has %d tokens, but the embedding has %d rows"
              .formatted(file, tokenizer.size(), spec.vocabulary()));
    }
    write(target, tokenizer, metadata, family, spec, weights, dtype);
    return new Imported(
        architecture.id(),
        architecture.modelType(),
        gguf.types(),
        weights.names().stream().mapToLong(name -> weights.shape(name).size()).sum(),
        metadata.leftOut());
  }

  private static void requireWholeModel(Metadata metadata) {
    String type = "general.type";
    if (!metadata.text(type).orElse("model").equals("model")) {
      throw metadata.refusal(type, "only a model can be imported");
    }
    String parts = "split.count";
    if (metadata.integer(parts).orElse(0) > 1) {
      throw metadata.refusal(
          parts, "the file is one of several; merge them with 'llama-gguf-split --merge' first");
    }
    metadata.integer("split.no");
    metadata.integer("split.tensors.count");
  }

  private static void write(
      Path target,
      TokenizerFiles tokenizer,
      Metadata metadata,
      FamilyConfig family,
      DecoderSpec spec,
      WeightSnapshot weights,
      Dtype dtype) {
    try {
      Path folder = Files.createTempDirectory("palimpsest-import");
      try {
        tokenizer.write(folder);
        metadata.requireAllRead();
        try (TextTokenizer loaded = TextTokenizer.load(folder)) {
          loaded.requireVocabulary(spec.vocabulary());
        }
        NewDirectory.saveCheckpoint(target, family, spec, weights, dtype, folder);
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new PalimpsestException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
