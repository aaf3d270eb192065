package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LlamaConfigTest {
  @TempDir Path temporary;

  static Stream<String> models() {
    return Golden.files("llama", ".json").stream()
        .map(f -> Golden.json(f).at("/hyper/model_dir").asText());
  }

  @ParameterizedTest
  @MethodSource("models")
  void bothFormsOfAConfigurationMeanTheSame(String folder) {
    LlamaConfig newer =
        LlamaConfig.read(Golden.copy(folder + "/config.json", temporary.resolve("config.json")));
    LlamaConfig older =
        LlamaConfig.read(
            Golden.copy(folder + "/config.legacy.json", temporary.resolve("legacy.json")));
    assertThat(newer).isEqualTo(older);
    assertThat(LlamaConfig.of("written", newer.toJson())).as("written and read").isEqualTo(newer);
  }

  private static ObjectNode tiny() {
    return new LlamaConfig(
            10, 8, 16, 1, 2, 1, 4, 32, 1e-5, new Rope(10000, new Rope.Unscaled()), true, 0.02, 1, 2)
        .toJson();
  }

  private static void refused(Consumer<ObjectNode> change, String message) {
    ObjectNode config = tiny();
    change.accept(config);
    assertThatThrownBy(() -> LlamaConfig.of("config.json", config))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("config.json: " + message);
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() {
    refused(
        c -> c.put("model_type", "qwen3"), "'model_type' is 'qwen3'; only 'llama' is supported");
    refused(
        c -> c.put("attention_bias", true), "'attention_bias' is true; biases are not supported");
    refused(c -> c.put("mlp_bias", true), "'mlp_bias' is true; biases are not supported");
    refused(c -> c.put("hidden_act", "gelu"), "'hidden_act' is 'gelu'; only 'silu' is supported");
    refused(
        c -> c.putObject("rope_scaling").put("rope_type", "yarn").put("factor", 4.0),
        "rope scaling 'yarn' is not supported; known: default, linear, llama3");
    refused(
        c -> c.putObject("rope_parameters").put("rope_type", "longrope"),
        "rope scaling 'longrope' is not supported; known: default, linear, llama3");
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    refused(c -> c.remove("hidden_size"), "'hidden_size' is missing");
    refused(
        c -> c.put("vocab_size", "many"),
        "'vocab_size' is \"many\"; it must be a whole number of at least 1");
    refused(
        c -> c.put("num_hidden_layers", 0),
        "'num_hidden_layers' is 0; it must be a whole number of at least 1");
    refused(
        c -> c.put("rms_norm_eps", -1.0), "'rms_norm_eps' is -1.0; it must be a number above 0");
    refused(
        c -> c.put("tie_word_embeddings", "yes"),
        "'tie_word_embeddings' is \"yes\"; it must be true or false");
    refused(c -> c.put("num_key_value_heads", 3), "3 key-value heads do not divide 2 query heads");
    refused(c -> c.put("head_dim", 5), "the head size must be even for rotary embedding, not 5");
    refused(c -> c.put("eos_token_id", 10), "the eos token 10 is outside the vocabulary of 10");
    refused(
        c -> {
          c.remove("head_dim");
          c.put("num_attention_heads", 3);
          c.put("num_key_value_heads", 3);
        },
        "'num_attention_heads' 3 does not divide 'hidden_size' 8");
    refused(
        c -> c.putObject("rope_scaling").put("rope_type", "llama3"),
        "rope_scaling: 'factor' is missing");
  }

  @Test
  void theDefaultsAreThoseOfTransformers() {
    ObjectNode config = tiny();
    for (String key :
        new String[] {
          "head_dim", "num_key_value_heads", "rope_theta", "rms_norm_eps", "max_position_embeddings"
        }) {
      config.remove(key);
    }
    LlamaConfig read = LlamaConfig.of("config.json", config);
    assertThat(read.headSize()).isEqualTo(8 / 2);
    assertThat(read.keyValueHeads()).isEqualTo(2);
    assertThat(read.rope()).isEqualTo(new Rope(10_000, new Rope.Unscaled()));
    assertThat(read.normEpsilon()).isEqualTo(1e-6);
    assertThat(read.maxPositions()).isEqualTo(2048);
  }

  @Test
  void llama3ScalingKeepsHighFrequenciesDividesLowOnesAndBlendsBetween() {
    Rope.Llama3 scaling = new Rope.Llama3(8, 1, 4, 16);
    double oneTurn = 2 * Math.PI / 16;
    assertThat(scaling.apply(4 * oneTurn)).as("high").isEqualTo(4 * oneTurn);
    assertThat(scaling.apply(0.5 * oneTurn)).as("low").isEqualTo(0.5 * oneTurn / 8);
    // smooth = (2 - 1) / (4 - 1)
    assertThat(scaling.apply(2 * oneTurn))
        .as("between")
        .isCloseTo((2.0 / 3 / 8 + 1.0 / 3) * 2 * oneTurn, within(1e-15));
    assertThat(new Rope(10_000, new Rope.Linear(4)).frequencies(4))
        .as("linear: 1/4 and 10000^-0.5 / 4")
        .containsExactly(0.25f, 0.0025f);
  }
}
