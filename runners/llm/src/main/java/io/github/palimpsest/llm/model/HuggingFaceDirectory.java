package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.llm.safetensors.ShardedSafetensors;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A model as Hugging Face transformers keeps it: a folder with {@code config.json}, {@code
 * model.safetensors} (or shards with an index) and the tokenizer's files.
 */
public final class HuggingFaceDirectory {
  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String END = "eos_token_id";
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

  private final Path folder;
  private final ObjectNode config;
  private final LlamaModel model;
  private final WeightSnapshot weights;

  private HuggingFaceDirectory(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException(folder + ": no such model folder");
    }
    this.folder = folder;
    config = StrictJson.object(folder.resolve(CONFIG));
    if (config.hasNonNull("quantization_config")) {
      throw new PalimpsestException(
          folder.resolve(CONFIG) + ": 'quantization_config' is not supported");
    }
    model = new LlamaModel(LlamaConfig.of(folder.resolve(CONFIG).toString(), config));
    WeightSnapshot checkpoint = checkpoint(folder);
    for (ParameterSpec p : model.parameters()) {
      check(p, checkpoint);
    }
    weights = Transposed.of(model.parameters(), checkpoint);
    requireNothingUnread(checkpoint);
    requireNoAdapter();
  }

  /**
   * Opens a folder and checks all of it but the weights' values, which are read when needed.
   *
   * @throws PalimpsestException if a file is missing or malformed, the model is not supported, or a
   *     tensor is missing, has the wrong shape, or is there and the model has no use for it; the
   *     message names the file and the tensor
   */
  public static HuggingFaceDirectory open(Path folder) {
    return new HuggingFaceDirectory(folder);
  }

  private static WeightSnapshot checkpoint(Path folder) {
    return Files.exists(folder.resolve(INDEX)) && !Files.exists(folder.resolve(WEIGHTS))
        ? ShardedSafetensors.open(folder.resolve(INDEX))
        : SafetensorsFile.open(folder.resolve(WEIGHTS));
  }

  private void check(ParameterSpec p, WeightSnapshot checkpoint) {
    if (!checkpoint.names().contains(p.name())) {
      throw new PalimpsestException(
          folder
              + ": tensor '"
              + p.name()
              + "' is missing"
              + NearestName.of(p.name(), checkpoint.names())
                  .map(n -> "; the nearest name is '" + n + "'")
                  .orElse(""));
    }
    Shape wanted = Transposed.inCheckpoint(p);
    Shape found = checkpoint.shape(p.name());
    if (!found.equals(wanted)) {
      throw new PalimpsestException(
          "%s: tensor '%s' has shape %s, but the configuration needs %s"
              .formatted(folder, p.name(), found, wanted));
    }
  }

  /**
   * Checks that the model uses all that is in the files, except buffers that it computes, and a
   * copy of the embedding as the head where these are tied.
   */
  private void requireNothingUnread(WeightSnapshot checkpoint) {
    Set<String> known = new HashSet<>(weights.names());
    if (model.config().tiedHead() && checkpoint.names().contains(Decoder.HEAD)) {
      requireTiedHead(checkpoint);
      known.add(Decoder.HEAD);
    }
    List<String> others =
        checkpoint.names().stream()
            .filter(n -> !known.contains(n) && !n.endsWith(".rotary_emb.inv_freq"))
            .toList();
    for (String name : others) {
      if (name.endsWith(".bias")) {
        throw new PalimpsestException(
            folder + ": tensor '" + name + "' is a bias; biases are not supported");
      }
    }
    if (!others.isEmpty()) {
      throw new PalimpsestException(
          "%s: tensor '%s' is not used by the model that %s describes%s"
              .formatted(
                  folder,
                  others.get(0),
                  CONFIG,
                  others.size() == 1 ? "" : ", nor are " + (others.size() - 1) + " others"));
    }
  }

  private void requireTiedHead(WeightSnapshot checkpoint) {
    if (!checkpoint.shape(Decoder.HEAD).equals(checkpoint.shape(Decoder.EMBEDDING))
        || !checkpoint.read(Decoder.HEAD).equals(checkpoint.read(Decoder.EMBEDDING))) {
      throw new PalimpsestException(
          "%s: 'tie_word_embeddings' is true, but tensor '%s' differs from '%s'; set it to false to"
                  .formatted(folder, Decoder.HEAD, Decoder.EMBEDDING)
              + " use the head, or remove the tensor");
    }
  }

  private void requireNoAdapter() {
    Path adapter = folder.resolve("adapter_config.json");
    if (Files.exists(adapter)) {
      throw new PalimpsestException(
          adapter
              + ": an adapter beside a model would not be used; keep it in a folder of its own");
    }
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** The model that the configuration describes. */
  public LlamaModel model() {
    return model;
  }

  /** Its weights, in the layout of {@link LlamaModel}; read from the files when asked for. */
  public WeightSnapshot weights() {
    return weights;
  }

  /**
   * Loads the tokenizer of this model; the caller closes it.
   *
   * @throws PalimpsestException if it is missing, broken, or does not fit the vocabulary
   */
  public TextTokenizer tokenizer() {
    TextTokenizer tokenizer = TextTokenizer.load(folder);
    try {
      tokenizer.requireVocabulary(model.config().vocabulary());
      return tokenizer;
    } catch (PalimpsestException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * The tokens that end what this model writes: all of {@code eos_token_id} in {@code
   * generation_config.json}, or else in {@code config.json}.
   *
   * @throws PalimpsestException if the file is malformed, or names what is no token of this model
   */
  public Set<Integer> endTokens() {
    Path generation = folder.resolve(GENERATION);
    JsonNode ends =
        Files.exists(generation)
            ? StrictJson.object(generation).path(END)
            : MissingNode.getInstance();
    if (ends.isMissingNode() || ends.isNull()) {
      ends = config.path(END);
    }
    Set<Integer> tokens = new TreeSet<>();
    for (JsonNode id : ends.isArray() ? ends : List.of(ends)) {
      if (!id.isNull() && !id.isMissingNode()) {
        tokens.add(endToken(id));
      }
    }
    return tokens;
  }

  /**
   * What this folder asks for when text is generated, in {@code generation_config.json}, or else in
   * {@code config.json}.
   *
   * @throws PalimpsestException if the file is malformed
   */
  public GenerationKeys generation() {
    Path generation = folder.resolve(GENERATION);
    return Files.exists(generation)
        ? new GenerationKeys(generation.toString(), StrictJson.object(generation))
        : new GenerationKeys(folder.resolve(CONFIG).toString(), ConfigKeys.generation(config));
  }

  private int endToken(JsonNode id) {
    int vocabulary = model.config().vocabulary();
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.asInt() < 0
        || id.asInt() >= vocabulary) {
      throw new PalimpsestException(
          "%s: '%s' has %s; a token of this model is a whole number from 0 to %d"
              .formatted(folder, END, ConfigKeys.shortened(id), vocabulary - 1));
    }
    return id.asInt();
  }

  /**
   * Saves other weights of this model as a new folder that transformers loads: the configuration
   * and the tokenizer's files as they are here, weights as F32. The folder appears when it is
   * complete.
   *
   * @param target must not exist yet
   * @param weights one tensor for each of the model's parameters, in its layout
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public void save(Path target, WeightSnapshot weights) {
    write(target, config.deepCopy(), model, weights, folder);
  }

  /**
   * Saves a model that came from no folder.
   *
   * @param target must not exist yet
   * @param weights one tensor for each of the model's parameters, in its layout
   * @param tokenizer a folder with {@code tokenizer.json} and what else belongs to it
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public static void save(Path target, LlamaModel model, WeightSnapshot weights, Path tokenizer) {
    write(target, model.config().toJson(), model, weights, tokenizer);
  }

  private static void write(
      Path target, ObjectNode config, LlamaModel model, WeightSnapshot weights, Path others) {
    Path absolute = target.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      throw new PalimpsestException(target + " already exists; models are saved to a new folder");
    }
    config.remove("torch_dtype");
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", "float32");
    Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
    try {
      delete(partial);
      Files.createDirectories(partial);
      writeJson(partial.resolve(CONFIG), config);
      if (Files.exists(others.resolve(GENERATION))) {
        copy(others.resolve(GENERATION), partial.resolve(GENERATION));
      } else {
        ObjectNode generation = config.objectNode();
        generation.put("bos_token_id", model.config().bos());
        generation.put("eos_token_id", model.config().eos());
        writeJson(partial.resolve(GENERATION), generation);
      }
      for (String file : TOKENIZER_FILES) {
        if (Files.exists(others.resolve(file))) {
          copy(others.resolve(file), partial.resolve(file));
        }
      }
      SafetensorsWriter.write(partial.resolve(WEIGHTS), Transposed.of(model.parameters(), weights));
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw discarding(
          partial, new PalimpsestException(target + ": cannot be written: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw discarding(partial, e);
    }
  }

  /** Copies what is in a file, not its permissions. */
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
