package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that a model's folder asks of generation is left out without a word. */
class GenerationKeysTest {
  /** A GenerationConfig of transformers 4, its defaults not left out. */
  private static final String DEFAULTS =
      """
      {"assistant_confidence_threshold": 0.4, "assistant_early_exit": null,
       "assistant_lookbehind": 10, "bad_words_ids": null, "begin_suppress_tokens": null,
       "bos_token_id": 1, "cache_config": null, "cache_implementation": null, "constraints": null,
       "decoder_start_token_id": null, "disable_compile": false, "diversity_penalty": 0.0,
       "do_sample": false, "dola_layers": null, "early_stopping": false,
       "encoder_no_repeat_ngram_size": 0, "encoder_repetition_penalty": 1.0, "eos_token_id": 2,
       "epsilon_cutoff": 0.0, "eta_cutoff": 0.0, "exponential_decay_length_penalty": null,
       "force_words_ids": null, "forced_bos_token_id": null, "forced_eos_token_id": null,
       "generation_kwargs": {}, "guidance_scale": null, "is_assistant": false,
       "length_penalty": 1.0, "low_memory": null, "max_matching_ngram_size": null,
       "max_length": 20,
       "max_new_tokens": null, "max_time": null, "min_length": 0, "min_new_tokens": null,
       "min_p": null, "no_repeat_ngram_size": 0, "num_assistant_tokens": 20,
       "num_assistant_tokens_schedule": "constant", "num_beam_groups": 1, "num_beams": 1,
       "num_return_sequences": 1, "output_attentions": false, "output_hidden_states": false,
       "output_logits": null, "output_scores": false, "pad_token_id": null, "penalty_alpha": null,
       "prefill_chunk_size": null, "prompt_lookup_num_tokens": null,
       "remove_invalid_values": false, "renormalize_logits": false, "repetition_penalty": 1.0,
       "return_dict_in_generate": false, "return_legacy_cache": null, "sequence_bias": null,
       "stop_strings": null, "suppress_tokens": null, "target_lookbehind": 10,
       "temperature": 1.0, "token_healing": false, "top_k": 50, "top_p": 1.0,
       "transformers_version": "4.53.0", "typical_p": 1.0, "use_cache": true,
       "watermarking_config": null}
      """;

  @TempDir Path temporary;

  private static List<String> notes(String json, boolean sampling, boolean length)
      throws IOException {
    ObjectNode keys = (ObjectNode) new ObjectMapper().readTree(json);
    return new GenerationKeys("g.json", keys).notes(sampling, length);
  }

  @Test
  void the_defaults_of_transformers_need_no_note() throws IOException {
    assertThat(notes(DEFAULTS, false, false)).isEmpty();
  }

  @Test
  void sampling_is_named_with_the_options_that_do_it() throws IOException {
    String llama =
        """
        {"bos_token_id": 128000, "do_sample": true, "eos_token_id": [128001, 128009],
         "temperature": 0.6, "top_p": 0.9, "transformers_version": "4.45.0.dev0"}
        """;
    // transformers draws from the 50 likeliest unless told otherwise
    assertThat(notes(llama, false, false))
        .containsExactly(
            "g.json asks for sampling: --temperature 0.6 --top-k 50 --top-p 0.9 does as it says;"
                + " this is greedy");
    assertThat(notes(llama, true, false)).as("the user said how").isEmpty();
    assertThat(notes(llama.replace("true", "false"), false, false)).as("greedy").isEmpty();
  }

  @Test
  void limits_are_named_unless_the_user_gives_one() throws IOException {
    assertThat(notes("{\"max_length\": 4096}", false, false))
        .containsExactly(
            "g.json asks for 'max_length' = 4096; --max-new-tokens alone says how many there are");
    assertThat(notes("{\"max_length\": 4096}", false, true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "repetition_penalty    | 1.05",
        "no_repeat_ngram_size  | 3",
        "num_beams             | 4",
        "min_new_tokens        | 8",
        "suppress_tokens       | [0]",
        "stop_strings          | [\"###\"]",
        "guidance_scale        | 1.5",
        "renormalize_logits    | true",
        "repetition_penality   | 1.0",
      })
  void what_nobody_here_does_is_named(String key, String value) throws IOException {
    assertThat(notes("{\"" + key + "\": " + value + "}", true, true))
        .containsExactly("g.json asks for '" + key + "' = " + value + ", which is not supported");
  }

  @Test
  void keys_of_sampling_and_of_beams_count_where_there_is_some() throws IOException {
    assertThat(notes("{\"typical_p\": 0.9, \"length_penalty\": 2}", false, false)).isEmpty();
    assertThat(notes("{\"do_sample\": true, \"typical_p\": 0.9}", true, false))
        .containsExactly("g.json asks for 'typical_p' = 0.9, which is not supported");
    assertThat(notes("{\"num_beams\": 2, \"length_penalty\": 2}", true, false))
        .containsExactly(
            "g.json asks for 'length_penalty' = 2, 'num_beams' = 2, which is not supported");
    assertThat(notes("{\"do_sample\": true, \"temperature\": \"hot\"}", true, false))
        .containsExactly("g.json asks for 'temperature' = \"hot\", which is not supported");
  }

  @Test
  void the_configuration_of_the_model_is_asked_where_there_is_no_other() throws IOException {
    Path folder =
        Golden.copy(
            Golden.json("llama/model_a.json").at("/hyper/model_dir").asText(),
            temporary.resolve("model"));
    ObjectNode config = StrictJson.object(folder.resolve("config.json"));
    config.put("repetition_penalty", 1.2);
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertThat(HuggingFaceDirectory.open(folder).generation().notes(false, false))
        .as("as transformers, which reads the file of that name alone")
        .isEmpty();
    Files.delete(folder.resolve("generation_config.json"));
    assertThat(HuggingFaceDirectory.open(folder).generation().notes(false, false))
        .containsExactly(
            folder.resolve("config.json")
                + " asks for 'repetition_penalty' = 1.2, which is not supported");
  }
}
