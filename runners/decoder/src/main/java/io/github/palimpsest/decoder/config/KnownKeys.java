package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The keys of a {@code config.json} that may be present although a family does not read them. Any
 * other unread key is an error. The keys here do not affect the function, or have the value that
 * leaves the function unchanged. Null is such a value for every key.
 */
final class KnownKeys {
  /** Keys for weight storage and distribution, other tasks, other tools and provenance. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_attn_implementation",
          "_attn_implementation_autoset",
          "_commit_hash",
          "_flash_attn_2_enabled",
          "_name_or_path",
          "architectures",
          "attn_implementation",
          "chunk_size_feed_forward",
          "dtype",
          "finetuning_task",
          "gradient_checkpointing",
          "id2label",
          "is_decoder",
          "label2id",
          "max_sequence_length",
          "model_max_length",
          "num_labels",
          "output_attentions",
          "output_hidden_states",
          "pad_token_id",
          "problem_type",
          "return_dict",
          "sep_token_id",
          "task_specific_params",
          "tf_legacy_loss",
          "tokenizer_class",
          "torch_dtype",
          "torchscript",
          "transformers.js_config",
          "transformers_version",
          "unk_token_id",
          "unsloth_fixed",
          "unsloth_version",
          "use_bfloat16",
          "use_cache",
          "use_flash_attention");

  /** Generation keys, which transformers 4 wrote here; see {@link GenerationKeys}. */
  private static final Set<String> GENERATION =
      Set.of(
          "bad_words_ids",
          "begin_suppress_tokens",
          "decoder_start_token_id",
          "diversity_penalty",
          "do_sample",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "exponential_decay_length_penalty",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "length_penalty",
          "max_length",
          "max_new_tokens",
          "min_length",
          "no_repeat_ngram_size",
          "num_beam_groups",
          "num_beams",
          "num_return_sequences",
          "output_scores",
          "prefix",
          "remove_invalid_values",
          "repetition_penalty",
          "return_dict_in_generate",
          "suppress_tokens",
          "temperature",
          "top_k",
          "top_p",
          "typical_p");

  private static final Predicate<JsonNode> OFF = v -> v.isBoolean() && !v.asBoolean();
  private static final Predicate<JsonNode> ZERO = v -> v.isNumber() && v.asDouble() == 0;
  private static final Predicate<JsonNode> ONE = v -> v.isNumber() && v.asDouble() == 1;
  private static final Predicate<JsonNode> EMPTY = v -> v.isContainerNode() && v.isEmpty();

  /** Keys that change the function, except at these values. */
  private static final Map<String, Predicate<JsonNode>> NEUTRAL =
      Map.ofEntries(
          Map.entry("add_cross_attention", OFF),
          Map.entry("attention_dropout", ZERO),
          Map.entry("attention_multiplier", ONE),
          Map.entry("attention_out_bias", OFF),
          Map.entry("attention_probs_dropout_prob", ZERO),
          Map.entry("auto_map", EMPTY),
          Map.entry("bias", OFF),
          Map.entry("embd_pdrop", ZERO),
          Map.entry("embedding_multiplier", ONE),
          Map.entry("hidden_dropout", ZERO),
          Map.entry("hidden_dropout_prob", ZERO),
          Map.entry("is_encoder_decoder", OFF),
          Map.entry("layer_types", KnownKeys::fullAttention),
          Map.entry("logit_scale", ONE),
          Map.entry("logits_scaling", ONE),
          Map.entry("partial_rotary_factor", ONE),
          Map.entry("pruned_heads", EMPTY),
          Map.entry("qk_layernorm", OFF),
          Map.entry("qkv_bias", OFF),
          Map.entry("resid_pdrop", ZERO),
          Map.entry("residual_multiplier", ONE),
          Map.entry("rope_interleaved", OFF),
          Map.entry("rotary_pct", ONE),
          Map.entry("tie_encoder_decoder", OFF),
          Map.entry("use_qk_norm", OFF),
          Map.entry("use_sliding_window", OFF));

  private KnownKeys() {}

  private static boolean fullAttention(JsonNode types) {
    if (!types.isArray()) {
      return false;
    }
    for (JsonNode type : types) {
      if (!type.asText().equals("full_attention")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks all keys.
   *
   * @param read the keys that a family knows
   * @throws PalimpsestException if a key is neither in {@code read} nor in the sets above; names
   *     the key and its value
   */
  static void check(JsonConfig config, Set<String> read) {
    for (Map.Entry<String, JsonNode> e : config.json().properties()) {
      String key = e.getKey();
      JsonNode value = e.getValue();
      if (value.isNull()
          || read.contains(key)
          || HARMLESS.contains(key)
          || GENERATION.contains(key)) {
        continue;
      }
      Predicate<JsonNode> neutral = NEUTRAL.get(key);
      if (neutral == null || !neutral.test(value)) {
        throw new PalimpsestException(
            config.where()
                + ": '"
                + key
                + "' is "
                + shortened(value)
                + ", which is not supported"
                + (neutral == null ? nearest(key, read) : ""));
      }
    }
  }

  /** The generation keys. */
  static ObjectNode generation(ObjectNode config) {
    return config.deepCopy().retain(GENERATION);
  }

  private static String nearest(String key, Set<String> read) {
    return NearestName.of(key, read)
        .map(n -> "; nobody here reads that key; the nearest that is read is '" + n + "'")
        .orElse("; nobody here reads that key");
  }

  static String shortened(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
