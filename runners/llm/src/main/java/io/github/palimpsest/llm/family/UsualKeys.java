package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** The keys of {@code config.json} that most families share, as a family asks for them. */
final class UsualKeys {
  static final int MAX_WIDTH = 1 << 24;
  static final int MAX_LAYERS = 10_000;
  static final int MAX_POSITIONS = 1 << 30;

  /** A layer that attends to all tokens before it. */
  static final String FULL = "full_attention";

  /** A layer that attends to a window. */
  static final String SLIDING = "sliding_attention";

  private static final String WINDOW = "sliding_window";
  private static final String TYPES = "layer_types";

  private final ModelConfig config;
  private final int width;
  private final int heads;
  private final int layers;

  UsualKeys(ModelConfig config) {
    this.config = config;
    this.width = config.integer("hidden_size", MAX_WIDTH);
    this.heads = config.integer("num_attention_heads", MAX_WIDTH);
    this.layers = config.integer("num_hidden_layers", MAX_LAYERS);
  }

  int width() {
    return width;
  }

  int layers() {
    return layers;
  }

  /** The width divided by the heads. */
  int headSize() {
    if (width % heads != 0) {
      throw new PalimpsestException(
          "'num_attention_heads' %d does not divide 'hidden_size' %d".formatted(heads, width));
    }
    return width / heads;
  }

  /** {@code head_dim}, or the width divided by the heads. */
  int givenHeadSize() {
    return config.has("head_dim") ? config.integer("head_dim", MAX_WIDTH) : headSize();
  }

  /** Attention with groups of query heads. */
  AttentionSpec attention(int headSize, Rope rope) {
    return AttentionSpec.rotary(heads, headSize, rope)
        .keyValueHeads(config.integer("num_key_value_heads", heads, MAX_WIDTH));
  }

  /** The feed-forward block with a gate. */
  FeedForwardSpec gated(String activation) {
    return FeedForwardSpec.gated(
        config.integer("intermediate_size", MAX_WIDTH), activation(config, activation));
  }

  /** The activation that a key names. */
  static Activation activation(ModelConfig config, String key) {
    return switch (config.text(key, "silu")) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
      default ->
          throw config.refusal(
              key, "'silu', 'gelu', 'gelu_new' and 'gelu_pytorch_tanh' are supported");
    };
  }

  /** The name that {@link #activation} reads. */
  static String name(Activation activation) {
    return switch (activation) {
      case SILU -> "silu";
      case GELU -> "gelu";
      case GELU_TANH -> "gelu_pytorch_tanh";
    };
  }

  /**
   * The window of attention; null means none.
   *
   * @param absent where there is no key
   */
  OptionalInt window(OptionalInt absent) {
    if (config.has(WINDOW)) {
      return OptionalInt.of(config.integer(WINDOW, MAX_POSITIONS));
    }
    return config.isNull(WINDOW) ? OptionalInt.empty() : absent;
  }

  /** A copy with the window, if there is one. */
  static AttentionSpec windowed(AttentionSpec attention, OptionalInt window) {
    return window.isPresent() ? attention.window(window.getAsInt()) : attention;
  }

  /** The type of each layer. */
  List<String> types(IntFunction<String> usual) {
    List<String> types = new ArrayList<>();
    if (!config.has(TYPES)) {
      for (int layer = 0; layer < layers; layer++) {
        types.add(usual.apply(layer));
      }
      return types;
    }
    types.addAll(config.texts(TYPES));
    if (types.size() != layers || !List.of(FULL, SLIDING).containsAll(types)) {
      throw config.refusal(
          TYPES, "it must list %d times '%s' or '%s'".formatted(layers, FULL, SLIDING));
    }
    return types;
  }

  /** The attention of the layers by their types. */
  static List<AttentionSpec> byType(List<String> types, AttentionSpec full, AttentionSpec sliding) {
    return types.stream().map(type -> type.equals(FULL) ? full : sliding).toList();
  }

  /** The types of the layers of a description. */
  static List<String> types(DecoderSpec spec) {
    return spec.attentionByLayer().stream()
        .map(a -> a.window().isPresent() ? SLIDING : FULL)
        .toList();
  }

  /** Begins a description with the sizes, positions, deviation and tokens. */
  DecoderSpec.Builder decoder(boolean tied, OptionalInt bos, OptionalInt eos) {
    DecoderSpec.Builder decoder =
        DecoderSpec.of(config.integer("vocab_size", MAX_WIDTH), width, layers)
            .positions(config.integer("max_position_embeddings", 2048, MAX_POSITIONS));
    return common(config, decoder, tied, bos, eos);
  }

  /** The head, the deviation and the tokens. */
  static DecoderSpec.Builder common(
      ModelConfig config,
      DecoderSpec.Builder decoder,
      boolean tied,
      OptionalInt bos,
      OptionalInt eos) {
    token(config, "bos_token_id", bos).ifPresent(decoder::bos);
    token(config, "eos_token_id", eos).ifPresent(decoder::eos);
    return decoder
        .tiedHead(config.flag("tie_word_embeddings", tied))
        .initialDeviation(config.real("initializer_range", 0.02));
  }

  /** A usual token outside a small vocabulary is none. */
  private static OptionalInt token(ModelConfig config, String key, OptionalInt absent) {
    int vocabulary = config.integer("vocab_size", MAX_WIDTH);
    if (config.has(key) || absent.orElse(vocabulary) < vocabulary) {
      return OptionalInt.of(config.token(key, absent.orElse(0)));
    }
    return OptionalInt.empty();
  }

  /** Writes the sizes. */
  static ConfigWriter sizes(DecoderSpec spec, ConfigWriter config) {
    return config
        .put("vocab_size", spec.vocabulary())
        .put("hidden_size", spec.width())
        .put("intermediate_size", spec.feedForward().width())
        .put("num_hidden_layers", spec.layers())
        .put("num_attention_heads", spec.attention().heads())
        .put("num_key_value_heads", spec.attention().keyValueHeads());
  }

  /** Writes positions, norm, rotation and activation. */
  static ConfigWriter layers(DecoderSpec spec, Rope rope, ConfigWriter config) {
    return config
        .put("max_position_embeddings", spec.positions())
        .put("rms_norm_eps", spec.norm().epsilon())
        .rope(rope)
        .put("hidden_act", name(spec.feedForward().activation()));
  }

  /** As the other method, with the rotation of the first layer. */
  static ConfigWriter layers(DecoderSpec spec, ConfigWriter config) {
    return layers(spec, spec.attention().rope().orElseThrow(), config);
  }

  /** Writes the keys that {@link #common} reads. */
  static ConfigWriter common(DecoderSpec spec, ConfigWriter config) {
    config
        .put("tie_word_embeddings", spec.tiedHead())
        .put("initializer_range", spec.initialDeviation());
    spec.bos().ifPresent(id -> config.put("bos_token_id", id));
    spec.eos().ifPresent(id -> config.put("eos_token_id", id));
    return config;
  }

  /**
   * States that there is no token for padding, for a family with a usual one in transformers: it
   * may be outside the vocabulary, and its row of the embedding is not trained there.
   */
  static void withoutPadding(ConfigWriter config) {
    config.none("pad_token_id");
  }

  /** Writes the window of a family whose layers all have it. */
  static void writeWindow(DecoderSpec spec, ConfigWriter config) {
    spec.attention()
        .window()
        .ifPresentOrElse(w -> config.put(WINDOW, w), () -> config.none(WINDOW));
  }
}
