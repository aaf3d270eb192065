package io.github.palimpsest.llm.model;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

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
   * @param weights one tensor for each of the model's parameters, in its layout
   * @param types the element type of each tensor
   * @param others a folder with the tokenizer's files and, optionally, the generation file
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  static void write(
      Path target,
      ObjectNode config,
      DecoderModel model,
      WeightSnapshot weights,
      Function<String, Dtype> types,
      Path others) {
    Path absolute = target.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      throw new PalimpsestException(target + " already exists; models are saved to a new folder");
    }
    Set<Dtype> used = model.parameters().stream().map(p -> types.apply(p.name())).collect(toSet());
    if (used.size() == 1) {
      config.remove("torch_dtype");
      config.put(config.has("dtype") ? "dtype" : "torch_dtype", used.iterator().next().torch());
    }
    Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
    try {
      delete(partial);
      Files.createDirectories(partial);
      writeJson(partial.resolve(HuggingFaceDirectory.CONFIG), config);
      if (Files.exists(others.resolve(HuggingFaceDirectory.GENERATION))) {
        copy(
            others.resolve(HuggingFaceDirectory.GENERATION),
            partial.resolve(HuggingFaceDirectory.GENERATION));
      } else {
        ObjectNode generation = config.objectNode();
        model.spec().bos().ifPresent(id -> generation.put("bos_token_id", id));
        model.spec().eos().ifPresent(id -> generation.put(HuggingFaceDirectory.END, id));
        writeJson(partial.resolve(HuggingFaceDirectory.GENERATION), generation);
      }
      for (String file : TOKENIZER_FILES) {
        if (Files.exists(others.resolve(file))) {
          copy(others.resolve(file), partial.resolve(file));
        }
      }
      copyTemplates(others.resolve(TEMPLATES), partial.resolve(TEMPLATES));
      SafetensorsWriter.write(
          partial.resolve(HuggingFaceDirectory.WEIGHTS),
          CheckpointLayout.of(model.spec()).turned(model.parameters(), weights),
          types);
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw discarding(
          partial, new PalimpsestException(target + ": cannot be written: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw discarding(partial, e);
    }
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

  private static RuntimeException discarding(Path partial, RuntimeException failure) {
    try {
      delete(partial);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(p);
        }
      }
    }
  }
}
