package io.github.palimpsest.execution.data;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.subject.ModelOrigin;
import io.github.palimpsest.experiment.subject.ModelSource;
import io.github.palimpsest.llm.quickstart.Quickstart;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decoder that an experiment makes from a configuration. */
class DrawnModelTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final String CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 90,
       "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
       "intermediate_size": 24, "hidden_act": "silu", "max_position_embeddings": 64,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "initializer_range": 0.05}
      """;

  @TempDir Path temp;

  @BeforeEach
  void writeTheFolders() throws IOException {
    Files.writeString(Files.createDirectory(temp.resolve("small")).resolve("config.json"), CONFIG);
    new Quickstart(0).writeTokenizer(Files.createDirectory(temp.resolve("words")));
  }

  private ModelOrigin origin(String model) {
    String file =
        """
        model: %s
        tasks: [{name: facts, data: "quickstart:facts"}]
        axes: {optimizer: sgd}
        seeds: [1, 2]
        """
            .formatted(model);
    return ModelOrigin.of(ExperimentFile.parse("d.yaml", file, temp, Map.of()));
  }

  private static float[] values(WeightSnapshot weights, String name) {
    FloatBuffer buffer = weights.read(name);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Test
  void each_seed_draws_weights_with_the_deviation_of_the_configuration() {
    try (ModelSource source = origin("{config: small, tokenizer: words}").open(REGISTRY)) {
      WeightSnapshot one = source.weights().apply(1);
      float[] table = values(one, "model.embed_tokens.weight");
      assertThat(table).hasSize(90 * 16);
      double squares = 0;
      double sum = 0;
      for (float value : table) {
        squares += (double) value * value;
        sum += value;
      }
      double error = 0.05 / Math.sqrt(table.length); // of a mean; a root of squares has less
      assertThat(Math.sqrt(squares / table.length)).isCloseTo(0.05, within(5 * error));
      assertThat(sum / table.length).isCloseTo(0, within(5 * error));
      assertThat(values(one, "model.norm.weight")).containsOnly(1);
      assertThat(source.weights().apply(1)).isSameAs(one);
      assertThat(source.weights().apply(2).read("model.embed_tokens.weight"))
          .isNotEqualTo(one.read("model.embed_tokens.weight"));
      assertThat(source.ends())
          .isEqualTo(source.tokenizer().eos().stream().boxed().collect(toSet()));
    }
  }

  @Test
  void it_can_have_the_tokenizer_of_the_quickstart() {
    ModelOrigin named = origin("{config: small, tokenizer: quickstart}");
    assertThat(named.sha256())
        .isNotEqualTo(origin("{config: small, tokenizer: words}").sha256())
        .isNotEqualTo(origin("quickstart").sha256());
    try (ModelSource source = named.open(REGISTRY);
        ModelSource quickstart = origin("quickstart").open(REGISTRY)) {
      assertThat(source.tokenizer().encode("the dog"))
          .isEqualTo(quickstart.tokenizer().encode("the dog"));
    }
  }

  @Test
  void its_hash_follows_the_configuration_and_the_tokenizer_alone() throws IOException {
    String hash = origin("{config: small, tokenizer: words}").sha256();
    Files.writeString(temp.resolve("words/README.md"), "words");
    assertThat(origin("{config: small, tokenizer: words}").sha256()).isEqualTo(hash);
    Files.writeString(temp.resolve("words/tokenizer_config.json"), "{}");
    String other = origin("{config: small, tokenizer: words}").sha256();
    assertThat(other).isNotEqualTo(hash);
    Files.writeString(temp.resolve("small/config.json"), CONFIG.replace("0.05", "0.02"));
    assertThat(origin("{config: small, tokenizer: words}").sha256()).isNotEqualTo(other);
  }

  @Test
  void what_is_missing_or_does_not_fit_is_named() throws IOException {
    assertThatThrownBy(() -> origin("{config: smal, tokenizer: words}"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("d.yaml:1:")
        .hasMessageContaining("'smal' does not exist");
    assertThatThrownBy(() -> origin("{config: words, tokenizer: words}"))
        .hasMessageContaining("d.yaml:1:")
        .hasMessageContaining("'config' is a folder with config.json, and 'words' has none");
    assertThatThrownBy(() -> origin("{config: small}").open(REGISTRY))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("tokenizer.json");
    Files.writeString(temp.resolve("small/config.json"), CONFIG.replace("90", "3"));
    assertThatThrownBy(() -> origin("{config: small, tokenizer: words}").open(REGISTRY))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("3");
  }
}
