package io.github.palimpsest.llm.model;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.storage.NewFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Writes a model folder atomically: the whole folder or nothing. */
final class ModelWriter {
  private static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "tokenizer.model",
          "vocab.json",
          "merges.txt");

  private static final String TEMPLATES = "additional_chat_templates";

  private ModelWriter() {}

  /**
   * Writes a folder.
   *
   * @param target must not exist yet
   * @param config the content of its {@code config.json}; this method sets the type of the weights,
   *     if all tensors have one
   * @param weights one tensor for each of the model's parameters, in the layout of checkpoints
   * @param types the element type of each tensor
   * @param others a folder with the tokenizer's files and, optionally, the generation file
   * @param card the content of {@code README.md}; empty for none
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  static void write(
      Path target,
      ObjectNode config,
      DecoderSpec spec,
      WeightSnapshot weights,
      Function<String, Dtype> types,
      Path others,
      String card) {
    Set<Dtype> used = weights.names().stream().map(types).collect(toSet());
    if (used.size() == 1) {
      config.remove("torch_dtype");
      config.put(config.has("dtype") ? "dtype" : "torch_dtype", used.iterator().next().text());
    }
    NewFolder.write(
        target, "models", folder -> content(folder, config, spec, weights, types, others, card));
  }

  private static void content(
      Path folder,
      ObjectNode config,
      DecoderSpec spec,
      WeightSnapshot weights,
      Function<String, Dtype> types,
      Path others,
      String card)
      throws IOException {
    writeJson(folder.resolve(HuggingFaceDirectory.CONFIG), config);
    if (Files.exists(others.resolve(HuggingFaceDirectory.GENERATION))) {
      copy(
          others.resolve(HuggingFaceDirectory.GENERATION),
          folder.resolve(HuggingFaceDirectory.GENERATION));
    } else {
      ObjectNode generation = config.objectNode();
      spec.bos().ifPresent(id -> generation.put("bos_token_id", id));
      spec.eos().ifPresent(id -> generation.put(HuggingFaceDirectory.END, id));
      writeJson(folder.resolve(HuggingFaceDirectory.GENERATION), generation);
    }
    for (String file : TOKENIZER_FILES) {
      if (Files.exists(others.resolve(file))) {
        copy(others.resolve(file), folder.resolve(file));
      }
    }
    copyTemplates(others.resolve(TEMPLATES), folder.resolve(TEMPLATES));
    if (!card.isEmpty()) {
      Files.writeString(folder.resolve(HuggingFaceDirectory.CARD), card);
    }
    SafetensorsWriter.write(folder.resolve(HuggingFaceDirectory.WEIGHTS), weights, types);
  }

  /** Copies the chat templates with names of their own. */
  private static void copyTemplates(Path from, Path to) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(to);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "*.jinja")) {
        for (Path file : files) {
          copy(file, to.resolve(file.getFileName().toString()));
        }
      }
    }
  }

  /** Copies the content of a file, not its permissions. */
  private static void copy(Path from, Path to) throws IOException {
    Files.write(to, Files.readAllBytes(from));
  }

  private static void writeJson(Path file, ObjectNode json) throws IOException {
    Files.writeString(
        file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }
}
