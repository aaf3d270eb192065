package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.TensorNames;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.ShardedSafetensors;
import io.github.palimpsest.llm.safetensors.StoredWeights;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.TokenizerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model in the layout of Hugging Face transformers: a folder with {@code config.json}, {@code
 * model.safetensors} (or shards with an index) and the tokenizer's files.
 */
public final class HuggingFaceDirectory {
  static final String CONFIG = "config.json";
  static final String GENERATION = "generation_config.json";
  static final String WEIGHTS = "model.safetensors";
  private static final String QUICKSTART = "quickstart";
  private static final String INDEX = "model.safetensors.index.json";
  static final String END = "eos_token_id";

  /** The name of a model card. */
  public static final String CARD = "README.md";

  private final Path folder;
  private final ObjectNode config;
  private final DecoderModel model;
  private final StoredWeights checkpoint;
  private final WeightSnapshot weights;

  private HuggingFaceDirectory(Path folder, PluginRegistry registry) {
    this.folder = folder;
    config = config(folder);
    if (config.hasNonNull("quantization_config")) {
      throw new PalimpsestException(
          folder.resolve(CONFIG) + ": 'quantization_config' is not supported");
    }
    String where = folder.resolve(CONFIG).toString();
    FamilyConfig family = FamilyConfig.of(family(folder, config, registry));
    model = new DecoderModel(family.read(where, config));
    checkpoint = WholeNames.of(checkpoint(folder), model.spec().names());
    for (ParameterSpec p : model.parameters()) {
      check(p, checkpoint);
    }
    weights = CheckpointLayout.of(model.spec()).turned(model.parameters(), checkpoint);
    requireNothingUnread(checkpoint);
    requireNoAdapter();
  }

  /**
   * Opens a folder with the families on the class path; see {@link #open(Path, PluginRegistry)}.
   */
  public static HuggingFaceDirectory open(Path folder) {
    return open(folder, Plugins.onClassPath());
  }

  /**
   * Opens a folder, or the model of that name in the local cache of the Hub, and checks everything
   * except the weights' values, which are read when needed.
   *
   * @param registry the registry that contains the model's family
   * @throws PalimpsestException if a file is missing or malformed, the model is not supported, or a
   *     tensor is missing, has the wrong shape, or is not used by the model; the message names the
   *     file and the tensor
   */
  public static HuggingFaceDirectory open(Path folder, PluginRegistry registry) {
    return new HuggingFaceDirectory(HubCache.model(folder), registry);
  }

  /**
   * The family of the model in a folder, and its plugin. Reads only {@code config.json}.
   *
   * @param registry the registry that contains the families
   * @throws PalimpsestException if there is no {@code config.json}, it has no {@code model_type},
   *     or no plugin reads models of that type
   */
  public static Registered family(Path folder, PluginRegistry registry) {
    Path there = HubCache.model(folder);
    return family(there, config(there), registry);
  }

  static Registered family(Path folder, ObjectNode config, PluginRegistry registry) {
    String where = folder.resolve(CONFIG).toString();
    String type = FamilyConfig.modelType(where, config);
    try {
      return registry.family(type);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(where + ": " + e.getMessage(), e);
    }
  }

  static ObjectNode config(Path folder) {
    if (!Files.isDirectory(folder)) {
      String elsewhere =
          folder.isAbsolute() ? "" : ", and no model of that name in " + HubCache.ofUser().root();
      throw new PalimpsestException(folder + ": no such model folder" + elsewhere + made(folder));
    }
    return StrictJson.object(folder.resolve(CONFIG));
  }

  /** The quickstart's model is drawn by each run, and has a folder only if one is written. */
  private static String made(Path folder) {
    return NearestName.of(folder.toString(), List.of(QUICKSTART))
        .map(name -> "; 'palimpsest import " + name + " DIR' writes the model of the quickstart")
        .orElse("");
  }

  private static StoredWeights checkpoint(Path folder) {
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
    Shape wanted = CheckpointLayout.of(model.spec()).shape(p);
    Shape found = checkpoint.shape(p.name());
    if (!found.equals(wanted)) {
      throw new PalimpsestException(
          "%s: tensor '%s' has shape %s, but the configuration needs %s"
              .formatted(folder, p.name(), found, wanted));
    }
  }

  /**
   * Checks that the model uses every tensor in the files. Exceptions are buffers that the model
   * computes, and a copy of the embedding as the head if the two are tied.
   */
  private void requireNothingUnread(WeightSnapshot checkpoint) {
    Set<String> known = new HashSet<>(weights.names());
    TensorNames names = model.spec().names();
    String head = names.of(DecoderPart.HEAD, 0);
    if (model.spec().tiedHead() && checkpoint.names().contains(head)) {
      requireTiedHead(checkpoint, head, names.of(DecoderPart.EMBEDDING, 0));
      known.add(head);
    }
    List<String> others =
        checkpoint.names().stream()
            .filter(n -> !known.contains(n) && !names.isComputed(n))
            .filter(n -> !n.endsWith(".rotary_emb.inv_freq"))
            .toList();
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

  private void requireTiedHead(WeightSnapshot checkpoint, String head, String embedding) {
    if (!checkpoint.shape(head).equals(checkpoint.shape(embedding))
        || !checkpoint.read(head).equals(checkpoint.read(embedding))) {
      throw new PalimpsestException(
          "%s: 'tie_word_embeddings' is true, but tensor '%s' differs from '%s'; set it to false to"
                  .formatted(folder, head, embedding)
              + " use the head, or remove the tensor");
    }
  }

  private void requireNoAdapter() {
    Path adapter = folder.resolve("adapter_config.json");
    if (Files.exists(adapter)) {
      throw new PalimpsestException(
          adapter
              + ": an adapter next to a model would not be used; keep it in a folder of its own");
    }
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** The model that the configuration describes. */
  public DecoderModel model() {
    return model;
  }

  /** The model's weights, in the layout of {@link DecoderModel}; read from the files on demand. */
  public WeightSnapshot weights() {
    return weights;
  }

  /**
   * Loads the tokenizer of this model; the caller closes it.
   *
   * @throws PalimpsestException if it is missing, broken, or does not fit the vocabulary
   */
  public TextTokenizer tokenizer() {
    return TextTokenizer.load(folder).fitting(model.spec().vocabulary());
  }

  /**
   * The chat templates of this model.
   *
   * @return empty if it has none
   * @throws PalimpsestException if a file cannot be read
   */
  public Optional<ChatTemplates> chatTemplates() {
    return chatTemplates(folder);
  }

  /** The chat templates of a folder, which need not be open. */
  public static Optional<ChatTemplates> chatTemplates(Path folder) {
    return ChatTemplates.of(folder, TokenizerConfig.tokens(folder));
  }

  /**
   * The tokens that end this model's output: every id of {@code eos_token_id} in {@code
   * generation_config.json}, or else in {@code config.json}.
   *
   * @throws PalimpsestException if the file is malformed, or an id is not a token of this model
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
   * The generation settings of this folder, from {@code generation_config.json}, or else from
   * {@code config.json}.
   *
   * @throws PalimpsestException if the file is malformed
   */
  public GenerationKeys generation() {
    Path generation = folder.resolve(GENERATION);
    return Files.exists(generation)
        ? new GenerationKeys(generation.toString(), StrictJson.object(generation))
        : new GenerationKeys(folder.resolve(CONFIG).toString(), FamilyConfig.generation(config));
  }

  private int endToken(JsonNode id) {
    int vocabulary = model.spec().vocabulary();
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.asInt() < 0
        || id.asInt() >= vocabulary) {
      throw new PalimpsestException(
          "%s: '%s' has %s; a token of this model is a whole number from 0 to %d"
              .formatted(folder, END, FamilyConfig.shortened(id), vocabulary - 1));
    }
    return id.asInt();
  }

  /**
   * Saves other weights for this model as a new folder that transformers can load. The
   * configuration and the tokenizer's files are copies of those here; the weights are F32. The
   * folder appears when it is complete.
   *
   * @param target must not exist yet
   * @param weights one tensor for each of the model's parameters, in its layout
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public void save(Path target, WeightSnapshot weights) {
    save(target, weights, Optional.of(Dtype.F32));
  }

  /**
   * Saves other weights, as {@link #save(Path, WeightSnapshot)} does.
   *
   * @param dtype the element type of all tensors; if empty, each has the type that it has here
   * @throws PalimpsestException also if a number is beyond the range of the type; the message names
   *     the tensor
   */
  public void save(Path target, WeightSnapshot weights, Optional<Dtype> dtype) {
    save(target, weights, dtype, "");
  }

  /**
   * Saves other weights with a model card.
   *
   * @param card the content of {@code README.md}; empty for no such file. That of this folder is
   *     never copied: it describes other weights
   */
  public void save(Path target, WeightSnapshot weights, Optional<Dtype> dtype, String card) {
    ModelWriter.write(
        target,
        config.deepCopy(),
        model.spec(),
        turned(model, weights),
        name -> dtype.orElseGet(() -> Dtype.valueOf(checkpoint.dtype(name))),
        folder,
        card);
  }

  /** Weights in the layout of checkpoints. */
  static WeightSnapshot turned(DecoderModel model, WeightSnapshot weights) {
    return CheckpointLayout.of(model.spec()).turned(model.parameters(), weights);
  }
}
