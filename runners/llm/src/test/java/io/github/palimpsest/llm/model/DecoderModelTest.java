package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.TensorNames;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class DecoderModelTest {
  private static final DecoderModel MODEL =
      new DecoderModel(SmallDecoder.of(12, 16, 24, 2, 4, 2, 4, 8).build());
  private static final WeightSnapshot WEIGHTS =
      MODEL.initialWeights(Streams.stream(3, "initial weights", 0, 0));

  private static final Example SHORT =
      GoldenModel.example("short", new int[] {1, 5, 7}, new float[] {0, 0, 1});
  private static final Example LONG =
      GoldenModel.example("long", new int[] {1, 4, 6, 9, 10, 2}, new float[] {0, 1, 1, 0, 1, 1});

  @Test
  void parametersHaveTheirCheckpointNamesRolesAndLayers() {
    Map<String, ParameterSpec> byName = new TreeMap<>();
    MODEL.parameters().forEach(p -> byName.put(p.name(), p));
    assertThat(byName).hasSize(1 + 2 * 9 + 2);
    assertThat(byName.get("model.embed_tokens.weight").role()).isEqualTo(Role.EMBEDDING);
    assertThat(byName.get("lm_head.weight").role()).isEqualTo(Role.HEAD);
    assertThat(byName.get("model.norm.weight").layer()).isEqualTo(-1);
    ParameterSpec k = byName.get("model.layers.1.self_attn.k_proj.weight");
    assertThat(k.role()).isEqualTo(Role.KERNEL);
    assertThat(k.layer()).isEqualTo(1);
    assertThat(k.shape().toArray()).as("[in, out]").containsExactly(16, 2 * 4);
    assertThat(byName.get("model.layers.0.post_attention_layernorm.weight").role())
        .isEqualTo(Role.NORM);
  }

  @Test
  void aBatchIsPaddedOnTheRightWithoutTargets() {
    Map<String, HostArray> batch = MODEL.batch(List.of(SHORT, LONG));
    assertThat(((HostArray.Ints) batch.get("ids")).toArray())
        .containsExactly(1, 5, 7, 0, 0, 0, 1, 4, 6, 9, 10, 2);
    assertThat(((HostArray.Floats) batch.get("targets")).toArray())
        .containsExactly(0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1);
    assertThat(batch.get("ids").shape()).containsExactly(2, 6);
  }

  @Test
  void paddingDoesNotChangeTheLossOfAnExample() {
    float[] together = losses(SHORT, LONG);
    assertThat(together[0]).as("short").isCloseTo(losses(SHORT)[0], within(1e-6f));
    assertThat(together[1]).as("long").isCloseTo(losses(LONG)[0], within(1e-6f));
  }

  @Test
  void theLossIsTheSumOverTargetsOfTheNegativeLogSoftmaxBeforeEach() {
    Map<String, HostArray> outputs = GoldenModel.forward(MODEL, WEIGHTS, List.of(LONG));
    float[] logits = GoldenModel.floats(outputs.get("logits"));
    int[] ids = {1, 4, 6, 9, 10, 2};
    double expected = 0;
    for (int p : new int[] {1, 2, 4, 5}) {
      double sum = 0;
      for (int v = 0; v < 12; v++) {
        sum += Math.exp(logits[(p - 1) * 12 + v]);
      }
      expected += Math.log(sum) - logits[(p - 1) * 12 + ids[p]];
    }
    assertThat((double) GoldenModel.floats(outputs.get("loss"))[0])
        .as("loss")
        .isCloseTo(expected, within(1e-5));
    assertThat(GoldenModel.floats(outputs.get("weight"))).as("targets").containsExactly(4);
  }

  @Test
  void aTokenSeesNoneAfterIt() {
    Example changed =
        GoldenModel.example(
            "changed", new int[] {1, 4, 6, 9, 3, 3}, new float[] {0, 1, 1, 0, 1, 1});
    float[] one =
        GoldenModel.floats(GoldenModel.forward(MODEL, WEIGHTS, List.of(LONG)).get("logits"));
    float[] two =
        GoldenModel.floats(GoldenModel.forward(MODEL, WEIGHTS, List.of(changed)).get("logits"));
    for (int i = 0; i < 4 * 12; i++) {
      assertThat(two[i]).as("logit " + i).isEqualTo(one[i]);
    }
    assertThat(two[4 * 12]).as("at the changed token").isNotEqualTo(one[4 * 12]);
  }

  @Test
  void freshWeightsAreNormalWithTheConfiguredDeviationAndNormsAreOne() {
    assertThat(WEIGHTS.copy("model.norm.weight")).containsOnly(1f);
    DecoderModel wide =
        new DecoderModel(SmallDecoder.of(1000, 64, 8, 1, 2, 2, 4, 8).tiedHead(true).build());
    float[] table =
        wide.initialWeights(Streams.stream(3, "initial weights", 0, 0))
            .copy("model.embed_tokens.weight");
    double mean = 0;
    double square = 0;
    for (float v : table) {
      mean += v / table.length;
      square += (double) v * v / table.length;
    }
    // standard errors: 0.02 / sqrt(64000) = 8e-5 and 0.02 / sqrt(128000) = 6e-5; five of each
    assertThat(mean).as("mean").isCloseTo(0, within(4e-4));
    assertThat(Math.sqrt(square)).as("deviation").isCloseTo(0.02, within(3e-4));
    assertThat(
            MODEL.initialWeights(Streams.stream(3, "initial weights", 0, 0)).copy("lm_head.weight"))
        .as("the same stream gives the same weights")
        .containsExactly(WEIGHTS.copy("lm_head.weight"));
  }

  @Test
  void anExampleThatDoesNotFitTheModelIsNamed() {
    refused(
        GoldenModel.example("t/1", new int[10], new float[10]),
        "example 't/1' has 10 tokens; the model takes 1 to 9");
    refused(
        GoldenModel.example("t/2", new int[0], new float[0]),
        "example 't/2' has 0 tokens; the model takes 1 to 9");
    refused(
        GoldenModel.example("t/3", new int[] {1, 12}, new float[2]),
        "example 't/3' has token 12, outside the vocabulary of 12");
    refused(
        GoldenModel.example("t/4", new int[] {1, 2}, new float[] {1, 1}),
        "example 't/4' wants its first token predicted, with nothing before it");
    refused(
        new Example("t/5", 1, new TreeMap<>()),
        "example 't/5' needs integers 'ids' and as many floats 'targets'");
  }

  @Test
  void parametersHaveTheNamesThatTheDescriptionGivesAndNoneTwice() {
    TensorNames names =
        TensorNames.usual().with(DecoderPart.UP, "model.layers.{layer}.mlp.up.weight");
    assertThat(new DecoderModel(SmallDecoder.of(12, 16, 24, 2, 4, 2, 4, 8).names(names).build()))
        .extracting(m -> m.parameters().stream().map(ParameterSpec::name).toList())
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .contains("model.layers.1.mlp.up.weight", "model.layers.1.mlp.gate_proj.weight")
        .doesNotContain("model.layers.1.mlp.up_proj.weight");
    TensorNames twice = names.with(DecoderPart.GATE, "model.layers.{layer}.mlp.up.weight");
    assertThatThrownBy(
            () -> new DecoderModel(SmallDecoder.of(12, 16, 24, 2, 4, 2, 4, 8).names(twice).build()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("two tensors of the decoder have the name 'model.layers.0.mlp.up.weight'");
  }

  private static void refused(Example example, String message) {
    assertThatThrownBy(() -> MODEL.batch(List.of(example)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(message);
  }

  private static float[] losses(Example... examples) {
    return GoldenModel.floats(GoldenModel.forward(MODEL, WEIGHTS, List.of(examples)).get("loss"));
  }
}
