package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.nio.file.Path;

/**
 * The shape of a Llama-family decoder.
 *
 * @param vocabulary how many tokens it knows
 * @param width the size of a hidden state
 * @param feedForward the width inside a SwiGLU block
 * @param layers the number of layers
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}
 * @param headSize the even width of a head
 * @param maxPositions the longest sequence, in tokens
 * @param normEpsilon added to the mean square in RMSNorm
 * @param rope the rotary position embedding
 * @param tiedHead whether the output head is the embedding
 * @param initialDeviation the standard deviation of fresh weights
 * @param bos the id of the token that begins a text
 * @param eos the id of the token that ends it
 */
public record LlamaConfig(
    int vocabulary,
    int width,
    int feedForward,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int maxPositions,
    double normEpsilon,
    Rope rope,
    boolean tiedHead,
    double initialDeviation,
    int bos,
    int eos) {
  private static final int MAX_WIDTH = 1 << 24;
  private static final int MAX_LAYERS = 10_000;
  private static final int MAX_POSITIONS = 1 << 30;

  /**
   * @throws PalimpsestException if the sizes do not fit each other
   */
  public LlamaConfig {
    if (heads % keyValueHeads != 0) {
      throw new PalimpsestException(
          "%d key-value heads do not divide %d query heads".formatted(keyValueHeads, heads));
    }
    if (headSize % 2 != 0) {
      throw new PalimpsestException(
          "the head size must be even for rotary embedding, not " + headSize);
    }
    checkToken("bos", bos, vocabulary);
    checkToken("eos", eos, vocabulary);
    checkSize("'vocab_size' times 'hidden_size'", vocabulary, width);
    checkSize("'intermediate_size' times 'hidden_size'", feedForward, width);
    long queries = checkSize("'num_attention_heads' times 'head_dim'", heads, headSize);
    checkSize("'num_attention_heads' times 'head_dim' times 'hidden_size'", queries, width);
  }

  /** Checks that a tensor of that many numbers fits into an array. */
  private static long checkSize(String what, long a, long b) {
    if (a * b > Integer.MAX_VALUE - 8) {
      throw new PalimpsestException(
          what + " is " + a * b + "; a tensor has at most " + (Integer.MAX_VALUE - 8) + " numbers");
    }
    return a * b;
  }

  private static void checkToken(String name, int id, int vocabulary) {
    if (id < 0 || id >= vocabulary) {
      throw new PalimpsestException(
          "the %s token %d is outside the vocabulary of %d".formatted(name, id, vocabulary));
    }
  }

  /**
   * Reads a {@code config.json}, in the form of transformers 5 ({@code rope_parameters}) or the
   * older one ({@code rope_theta}, {@code rope_scaling}).
   *
   * @throws PalimpsestException if it is missing, malformed, or asks for what is not supported:
   *     another architecture, biases, another activation, another rope scaling, or a key that
   *     nobody reads; the message names the file and the key
   */
  public static LlamaConfig read(Path file) {
    return of(file.toString(), StrictJson.object(file));
  }

  static LlamaConfig of(String where, JsonNode json) {
    ConfigFields config = new ConfigFields(where, json);
    String type = config.text("model_type", "none");
    if (!type.equals("llama")) {
      throw new PalimpsestException(
          where + ": 'model_type' is '" + type + "'; only 'llama' is supported");
    }
    for (String bias : new String[] {"attention_bias", "mlp_bias"}) {
      if (config.flag(bias, false)) {
        throw new PalimpsestException(where + ": '" + bias + "' is true; biases are not supported");
      }
    }
    String activation = config.text("hidden_act", "silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw new PalimpsestException(
          where + ": 'hidden_act' is '" + activation + "'; only 'silu' is supported");
    }
    ConfigKeys.check(config);
    int width = config.integer("hidden_size", MAX_WIDTH);
    int heads = config.integer("num_attention_heads", MAX_WIDTH);
    if (!config.has("head_dim") && width % heads != 0) {
      throw new PalimpsestException(
          "%s: 'num_attention_heads' %d does not divide 'hidden_size' %d"
              .formatted(where, heads, width));
    }
    try {
      return new LlamaConfig(
          config.integer("vocab_size", MAX_WIDTH),
          width,
          config.integer("intermediate_size", MAX_WIDTH),
          config.integer("num_hidden_layers", MAX_LAYERS),
          heads,
          config.integer("num_key_value_heads", heads, MAX_WIDTH),
          config.integer("head_dim", width / heads, MAX_WIDTH),
          config.integer("max_position_embeddings", 2048, MAX_POSITIONS),
          config.real("rms_norm_eps", 1e-6),
          Rope.read(config),
          config.flag("tie_word_embeddings", false),
          config.real("initializer_range", 0.02),
          token(config, "bos_token_id", 1),
          token(config, "eos_token_id", 2));
    } catch (PalimpsestException e) {
      throw e.getMessage().startsWith(where)
          ? e
          : new PalimpsestException(where + ": " + e.getMessage(), e);
    }
  }

  /** A token id; of several, as Llama 3 has them for the end, the first. */
  private static int token(ConfigFields config, String key, int absent) {
    JsonNode value = config.json().path(key);
    JsonNode first = value.isArray() ? value.path(0) : value;
    if (first.isMissingNode() || first.isNull()) {
      return absent;
    }
    if (!first.isIntegralNumber() || !first.canConvertToInt()) {
      throw config.wrong(key, value, "a token id");
    }
    return first.asInt();
  }

  /**
   * The {@code config.json} of this model, in the form that every version of transformers reads.
   */
  ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", width);
    json.put("intermediate_size", feedForward);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", keyValueHeads);
    json.put("head_dim", headSize);
    json.put("max_position_embeddings", maxPositions);
    json.put("rms_norm_eps", normEpsilon);
    rope.write(json);
    json.put("hidden_act", "silu");
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    json.put("tie_word_embeddings", tiedHead);
    json.put("initializer_range", initialDeviation);
    json.put("bos_token_id", bos);
    json.put("eos_token_id", eos);
    json.put("torch_dtype", "float32");
    return json;
  }
}
