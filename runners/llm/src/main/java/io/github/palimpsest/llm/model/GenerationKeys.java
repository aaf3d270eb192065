package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.decoder.config.FamilyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The generation settings in a model's folder. Generation follows only the end tokens of {@code
 * generation_config.json} ({@link HuggingFaceDirectory#endTokens}). A note names every other key,
 * unless the key has no effect on the text or has the value that leaves the text unchanged. Null is
 * such a value for every key. Defaults are those of transformers ({@code GenerationConfig}).
 */
public final class GenerationKeys {
  /** Keys for token ids, caches, additional outputs and provenance: no effect on the text. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_commit_hash",
          "_from_model_config",
          "assistant_confidence_threshold",
          "assistant_early_exit",
          "assistant_lookbehind",
          "bos_token_id",
          "cache_config",
          "cache_implementation",
          "compile_config",
          "decoder_start_token_id",
          "disable_compile",
          "eos_token_id",
          "is_assistant",
          "low_memory",
          "max_matching_ngram_size",
          "num_assistant_tokens",
          "num_assistant_tokens_schedule",
          "output_attentions",
          "output_hidden_states",
          "output_logits",
          "output_scores",
          "pad_token_id",
          "prefill_chunk_size",
          "prompt_lookup_num_tokens",
          "return_dict_in_generate",
          "return_legacy_cache",
          "target_lookbehind",
          "transformers_version",
          "use_cache");

  private static final Set<String> LENGTHS = Set.of("max_length", "max_new_tokens");

  /** The default of {@code max_length} in transformers. */
  private static final int UNSET_LENGTH = 20;

  private static final String SAMPLE = "do_sample";
  private static final String TEMPERATURE = "temperature";
  private static final String TOP_K = "top_k";
  private static final String TOP_P = "top_p";

  /** Keys that have an effect only if {@code do_sample} is true. */
  private static final Set<String> SAMPLING =
      Set.of(
          "epsilon_cutoff", "eta_cutoff", "min_p", TEMPERATURE, "top_h", TOP_K, TOP_P, "typical_p");

  /** Keys that have an effect only with more than one beam. */
  private static final Set<String> BEAMS =
      Set.of("diversity_penalty", "early_stopping", "length_penalty", "num_beam_groups");

  private static final Predicate<JsonNode> OFF = v -> v.isBoolean() && !v.asBoolean();
  private static final Predicate<JsonNode> ZERO = v -> v.isNumber() && v.asDouble() == 0;
  private static final Predicate<JsonNode> ONE = v -> v.isNumber() && v.asDouble() == 1;
  private static final Predicate<JsonNode> EMPTY = v -> v.isContainerNode() && v.isEmpty();

  /** Keys that change the text, except at these values. */
  private static final Map<String, Predicate<JsonNode>> NEUTRAL =
      Map.ofEntries(
          Map.entry("bad_words_ids", EMPTY),
          Map.entry("begin_suppress_tokens", EMPTY),
          Map.entry(SAMPLE, OFF),
          Map.entry("encoder_no_repeat_ngram_size", ZERO),
          Map.entry("encoder_repetition_penalty", ONE),
          Map.entry("epsilon_cutoff", ZERO),
          Map.entry("eta_cutoff", ZERO),
          Map.entry("generation_kwargs", EMPTY),
          Map.entry("guidance_scale", ONE),
          Map.entry("min_length", ZERO),
          Map.entry("min_new_tokens", ZERO),
          Map.entry("min_p", ZERO),
          Map.entry("no_repeat_ngram_size", ZERO),
          Map.entry("num_beams", ONE),
          Map.entry("num_return_sequences", ONE),
          Map.entry("penalty_alpha", ZERO),
          Map.entry("remove_invalid_values", OFF),
          Map.entry("renormalize_logits", OFF),
          Map.entry("repetition_penalty", ONE),
          Map.entry("sequence_bias", EMPTY),
          Map.entry("stop_strings", EMPTY),
          Map.entry("suppress_tokens", EMPTY),
          Map.entry("token_healing", OFF),
          Map.entry("typical_p", ONE),
          Map.entry("watermarking_config", EMPTY));

  private final String where;
  private final ObjectNode json;

  /**
   * @param where the file, for messages
   * @param json the keys of the file
   */
  GenerationKeys(String where, ObjectNode json) {
    this.where = where;
    this.json = json;
  }

  /**
   * The settings that generation does not follow: one line for each reason, with the options that
   * follow the settings if there are any. Empty if there are no such settings.
   *
   * @param sampling whether the user gave options for sampling
   * @param length whether the user gave the number of tokens
   */
  public List<String> notes(boolean sampling, boolean length) {
    List<String> notes = new ArrayList<>();
    StringJoiner lengths = new StringJoiner(", ");
    StringJoiner others = new StringJoiner(", ");
    boolean samples = samples();
    for (String key : new TreeSet<>(json.propertyStream().map(Map.Entry::getKey).toList())) {
      JsonNode value = json.get(key);
      if (LENGTHS.contains(key)) {
        if (!value.isNull() && !(key.equals("max_length") && value.asInt() == UNSET_LENGTH)) {
          said(lengths, key, value);
        }
      } else if (!told(key, samples) && counts(key, value, samples)) {
        said(others, key, value);
      }
    }
    if (samples && !sampling) {
      notes.add(where + " asks for sampling: " + options() + " does as it says; this is greedy");
    }
    if (!length && lengths.length() > 0) {
      notes.add(
          where + " asks for " + lengths + "; --max-new-tokens alone says how many there are");
    }
    if (others.length() > 0) {
      notes.add(where + " asks for " + others + ", which is not supported");
    }
    return notes;
  }

  private static void said(StringJoiner all, String key, JsonNode value) {
    all.add("'" + key + "' = " + FamilyConfig.shortened(value));
  }

  private boolean samples() {
    return json.path(SAMPLE).isBoolean() && json.path(SAMPLE).asBoolean();
  }

  /** Whether the note about sampling contains the key. */
  private boolean told(String key, boolean samples) {
    JsonNode value = json.get(key);
    return samples
        && switch (key) {
          case SAMPLE -> true;
          case TEMPERATURE -> value.isNumber() && value.asDouble() > 0;
          case TOP_K -> value.isInt() && value.asInt() >= 0;
          case TOP_P -> value.isNumber() && value.asDouble() > 0 && value.asDouble() <= 1;
          default -> false;
        };
  }

  /** Whether a key changes the generated text under the folder's settings. */
  private boolean counts(String key, JsonNode value, boolean samples) {
    if (value.isNull() || HARMLESS.contains(key) || (SAMPLING.contains(key) && !samples)) {
      return false;
    }
    JsonNode beams = json.path("num_beams");
    if (BEAMS.contains(key) && (beams.isMissingNode() || beams.isNull() || ONE.test(beams))) {
      return false;
    }
    Predicate<JsonNode> neutral = NEUTRAL.get(key);
    return neutral == null || !neutral.test(value);
  }

  /** The command-line options for the sampling that the keys set. */
  private String options() {
    StringJoiner options = new StringJoiner(" ");
    options.add("--temperature " + value(TEMPERATURE, "1.0"));
    String most = value(TOP_K, "50");
    if (!most.equals("0")) {
      options.add("--top-k " + most);
    }
    return options.add("--top-p " + value(TOP_P, "1.0")).toString();
  }

  private String value(String key, String usual) {
    return json.hasNonNull(key) && told(key, true) ? json.get(key).asText() : usual;
  }
}
