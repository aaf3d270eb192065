package io.github.palimpsest.llm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.SmallDecoder;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaFamilyTest {
  private static final FamilyConfig LLAMA = FamilyConfig.of(LlamaFamily.PROVIDER);

  @TempDir Path temporary;

  static Stream<String> models() {
    return Golden.files("llama", ".json").stream()
        .map(f -> Golden.json(f).at("/hyper/model_dir").asText());
  }

  @ParameterizedTest
  @MethodSource("models")
  void bothFormsOfAConfigurationMeanTheSame(String folder) {
    DecoderSpec newer =
        read(Golden.copy(folder + "/config.json", temporary.resolve("config.json")));
    DecoderSpec older =
        read(Golden.copy(folder + "/config.legacy.json", temporary.resolve("legacy.json")));
    assertThat(newer).isEqualTo(older);
    assertThat(LLAMA.read("written", LLAMA.write(newer))).as("written and read").isEqualTo(newer);
  }

  private static DecoderSpec read(Path file) {
    return LLAMA.read(file.toString(), StrictJson.object(file));
  }

  private static ObjectNode tiny() {
    return LLAMA.write(SmallDecoder.of(10, 8, 16, 1, 2, 1, 4, 32).tiedHead(true).build());
  }

  private static void refused(Consumer<ObjectNode> change, String message) {
    ObjectNode config = tiny();
    change.accept(config);
    assertThatThrownBy(() -> LLAMA.read("config.json", config))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("config.json: " + message);
  }

  @Test
  void whatIsWrittenIsTheSameByteForByteInEveryVersion() throws IOException {
    DecoderSpec spec =
        SmallDecoder.of(10, 8, 16, 1, 2, 1, 4, 32)
            .attention(
                AttentionSpec.rotary(
                        2, 4, Rope.of(10_000).scaled(new Rope.Llama3Scaling(8, 1, 4, 16)))
                    .keyValueHeads(1))
            .tiedHead(true)
            .build();
    assertThat(
            new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(LLAMA.write(spec)))
        .isEqualTo(
            """
            {
              "architectures" : [ "LlamaForCausalLM" ],
              "model_type" : "llama",
              "vocab_size" : 10,
              "hidden_size" : 8,
              "intermediate_size" : 16,
              "num_hidden_layers" : 1,
              "num_attention_heads" : 2,
              "num_key_value_heads" : 1,
              "head_dim" : 4,
              "max_position_embeddings" : 32,
              "rms_norm_eps" : 1.0E-5,
              "rope_theta" : 10000.0,
              "rope_scaling" : {
                "rope_type" : "llama3",
                "factor" : 8.0,
                "low_freq_factor" : 1.0,
                "high_freq_factor" : 4.0,
                "original_max_position_embeddings" : 16
              },
              "hidden_act" : "silu",
              "attention_bias" : false,
              "mlp_bias" : false,
              "tie_word_embeddings" : true,
              "initializer_range" : 0.02,
              "bos_token_id" : 1,
              "eos_token_id" : 2,
              "torch_dtype" : "float32"
            }""");
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() {
    refused(
        c -> c.put("hidden_act", "relu"),
        "'hidden_act' is \"relu\"; 'silu', 'gelu', 'gelu_new' and 'gelu_pytorch_tanh' are"
            + " supported");
    refused(
        c -> c.putObject("rope_scaling").put("rope_type", "ntk").put("factor", 4.0),
        "rope scaling 'ntk' is not supported; known: default, dynamic, linear, llama3, longrope,"
            + " yarn");
    refused(
        c ->
            c.putObject("rope_parameters")
                .put("rope_type", "default")
                .put("partial_rotary_factor", 0.5),
        "rope_parameters: 'partial_rotary_factor' is 0.5, which rope scaling 'default' does not use");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-transformers-4.json", "llama-transformers-5.json"})
  void everyKeyThatTransformersWritesIsKnown(String name) throws IOException {
    Path file = temporary.resolve(name);
    try (InputStream in = LlamaFamilyTest.class.getResourceAsStream("/configs/" + name)) {
      Files.copy(in, file);
    }
    DecoderSpec read = read(file);
    assertThat(read.attention().rope()).contains(Rope.of(10_000).scaled(new Rope.LinearScaling(2)));
    assertThat(read.attention().headSize()).isEqualTo(8 / 2);
  }

  @Test
  void keysOfOlderAndEditedConfigurationsThatChangeNothingAreTaken() {
    ObjectNode config = tiny();
    config.put("max_sequence_length", 2048).put("is_llama_config", true).put("pretraining_tp", 2);
    config.put("rope_interleaved", false).put("attention_dropout", 0.0).putNull("sliding_window");
    config.put("unsloth_version", "2024.9").put("partial_rotary_factor", 1.0);
    config.put("logit_scale", 1).putNull("attn_logit_softcapping").put("_name_or_path", "x");
    config.putArray("layer_types").add("full_attention");
    config.putObject("pruned_heads");
    assertThat(LLAMA.read("config.json", config)).isEqualTo(LLAMA.read("config.json", tiny()));
  }

  @Test
  void aKeyThatChangesTheFunctionOrIsUnknownIsRefused() {
    refused(
        c -> c.put("sliding_window", 4096),
        "'sliding_window' is 4096, which is not supported; nobody here reads that key");
    refused(c -> c.put("logit_scale", 0.0625), "'logit_scale' is 0.0625, which is not supported");
    refused(
        c -> c.put("attention_dropout", 0.1), "'attention_dropout' is 0.1, which is not supported");
    refused(
        c -> c.put("partial_rotary_factor", 0.5),
        "'partial_rotary_factor' is 0.5, which is not supported");
    refused(
        c -> c.put("attn_logit_softcapping", 50.0),
        "'attn_logit_softcapping' is 50.0, which is not supported; nobody here reads that key");
    refused(
        c -> c.putObject("auto_map").put("AutoModelForCausalLM", "m.M"),
        "'auto_map' is {\"AutoModelForCausalLM\":\"m.M\"}, which is not supported");
    refused(
        c -> c.putArray("layer_types").add("sliding_attention"),
        "'layer_types' is [\"sliding_attention\"], which is not supported");
    refused(
        c -> c.put("rms_norm_epsilon", 1e-5),
        "'rms_norm_epsilon' is 1.0E-5, which is not supported; nobody here reads that key; the nearest that is read is 'rms_norm_eps'");
  }

  @Test
  void twoFormsOfRopeMustAgree() {
    refused(
        c -> {
          c.putObject("rope_parameters").put("rope_type", "default").put("rope_theta", 10000.0);
          c.putObject("rope_scaling").put("rope_type", "linear").put("factor", 2.0);
        },
        "'rope_scaling' is {\"rope_type\":\"linear\",\"factor\":2.0}, but 'rope_parameters' is"
            + " {\"rope_type\":\"default\",\"rope_theta\":10000.0}; remove the one that is wrong");
    refused(
        c -> c.putObject("rope_parameters").put("rope_theta", 500000.0),
        "'rope_theta' is 10000.0, but 'rope_parameters' is {\"rope_theta\":500000.0}; remove the"
            + " one that is wrong");
    refused(
        c -> c.putObject("rope_scaling").put("factor", 2.0),
        "rope_scaling: 'factor' is 2.0, which rope scaling 'default' does not use");
    refused(
        c -> c.putObject("rope_scaling").put("type", "linear").put("rope_type", "default"),
        "rope_scaling: 'type' is \"linear\"; it must be 'default' as 'rope_type' is");
    refused(
        c -> c.put("rope_scaling", "linear"),
        "rope_scaling is \"linear\"; it must be an object or null");
    ObjectNode both = tiny();
    both.putObject("rope_parameters")
        .put("rope_type", "linear")
        .put("factor", 2.0)
        .put("rope_theta", 10000.0);
    both.putObject("rope_scaling").put("type", "linear").put("factor", 2.0);
    assertThat(LLAMA.read("config.json", both).attention().rope())
        .as("both say the same")
        .contains(Rope.of(10_000).scaled(new Rope.LinearScaling(2)));
  }

  @Test
  void absurdNumbersAreRefusedBeforeAnythingIsMade() {
    refused(
        c -> c.put("num_hidden_layers", 2147483647),
        "'num_hidden_layers' is 2147483647; it must be at most 10000");
    refused(
        c -> c.put("num_hidden_layers", 1L << 40),
        "'num_hidden_layers' is 1099511627776; it must be a whole number of at least 1");
    refused(
        c -> c.put("max_position_embeddings", 2147483647),
        "'max_position_embeddings' is 2147483647; it must be at most 1073741824");
    refused(
        c -> c.put("vocab_size", 1 << 24).put("hidden_size", 1 << 20),
        "the vocabulary times the width is "
            + (1L << 44)
            + "; a tensor has at most 2147483639 numbers");
    refused(
        c -> c.put("num_attention_heads", 1 << 20).put("head_dim", 1 << 20),
        "the number of heads times the head size is "
            + (1L << 40)
            + "; a tensor has at most 2147483639 numbers");
    refused(
        c -> c.put("intermediate_size", 1 << 24).put("hidden_size", 1 << 12),
        "the feed-forward width times the width is "
            + (1L << 36)
            + "; a tensor has at most 2147483639 numbers");
    refused(
        c -> c.put("rms_norm_eps", 1e300),
        "'rms_norm_eps' is 1.0E300; it must be at most 3.4028235E38");
    refused(
        c -> c.put("eos_token_id", (1L << 32) + 2),
        "'eos_token_id' is 4294967298; it must be a token id");
    refused(c -> c.put("hidden_act", 3), "'hidden_act' is 3; it must be a text");
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
    DecoderSpec read = LLAMA.read("config.json", config);
    assertThat(read.attention().headSize()).isEqualTo(8 / 2);
    assertThat(read.attention().keyValueHeads()).isEqualTo(2);
    assertThat(read.attention().rope()).contains(Rope.of(10_000));
    assertThat(read.norm().epsilon()).isEqualTo(1e-6);
    assertThat(read.positions()).isEqualTo(2048);
  }

  @Test
  void llama3ScalingKeepsHighFrequenciesDividesLowOnesAndBlendsBetween() {
    Rope.Llama3Scaling scaling = new Rope.Llama3Scaling(8, 1, 4, 16);
    double oneTurn = 2 * Math.PI / 16;
    double[] scaled = scaling.apply(new double[] {4 * oneTurn, 0.5 * oneTurn, 2 * oneTurn}, 10_000);
    assertThat(scaled[0]).as("high").isEqualTo(4 * oneTurn);
    assertThat(scaled[1]).as("low").isEqualTo(0.5 * oneTurn / 8);
    // smooth = (2 - 1) / (4 - 1)
    assertThat(scaled[2])
        .as("between")
        .isCloseTo((2.0 / 3 / 8 + 1.0 / 3) * 2 * oneTurn, within(1e-15));
    assertThat(Rope.of(10_000).scaled(new Rope.LinearScaling(4)).frequencies(4))
        .as("linear: 1/4 and 10000^-0.5 / 4")
        .containsExactly(0.25f, 0.0025f);
  }
}
