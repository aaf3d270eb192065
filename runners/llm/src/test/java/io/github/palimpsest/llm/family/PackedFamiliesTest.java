package io.github.palimpsest.llm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.example.Packing;
import io.github.palimpsest.testing.TracedRun;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequences in one pack have the loss and the gradients that they have alone: in every family, so
 * with windows of 4 tokens, learned positions, two rotations and layers without any.
 */
@Tag("native")
class PackedFamiliesTest {
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));

  static Stream<ModelFamilyProvider> families() {
    return new FamiliesPlugin().families().stream();
  }

  private static Example sequence(int number, int length, int vocabulary) {
    int[] ids = IntStream.range(0, length).map(i -> (7 * i + 3 * number) % vocabulary).toArray();
    float[] targets = new float[length];
    for (int i = 1; i < length; i++) {
      targets[i] = i % 3 == 0 ? 0 : 1;
    }
    return new Example(
        "t/" + number,
        length,
        new TreeMap<>(
            Map.of(
                DecoderModel.IDS, new HostArray.Ints(ids, length),
                DecoderModel.TARGETS, new HostArray.Floats(targets, length))));
  }

  @ParameterizedTest
  @MethodSource("families")
  void a_pack_has_the_loss_and_gradients_of_its_sequences(ModelFamilyProvider provider)
      throws IOException {
    FamilyConfig family = FamilyConfig.of(provider);
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(family.family().example());
    DecoderModel model = new DecoderModel(family.read("config.json", config));
    WeightSnapshot weights = model.initialWeights(Streams.stream(5, "initial weights", 0, 0));
    int vocabulary = model.spec().vocabulary();
    List<Example> single =
        List.of(sequence(1, 7, vocabulary), sequence(2, 6, vocabulary), sequence(3, 5, vocabulary));
    List<Example> packs = Packing.of(single, 13);
    assertThat(packs).as("7 + 6 tokens, then 5 tokens and padding").hasSize(2);

    TracedRun.Call alone = TracedRun.of(model, SGD, weights, List.of(single)).get(0).calls().get(0);
    TracedRun.Call packed =
        TracedRun.of(model.packed(), SGD, weights, List.of(packs)).get(0).calls().get(0);

    assertThat(packed.loss()).as("loss").isCloseTo(alone.loss(), within(1e-6 * alone.loss()));
    alone
        .gradient()
        .forEach(
            (name, expected) -> {
              double largest = 0;
              for (float g : expected) {
                largest = Math.max(largest, Math.abs(g));
              }
              assertThat(packed.gradient().get(name))
                  .as("gradient of " + name)
                  .containsExactly(expected, within((float) (1e-5 * largest + 1e-7)));
            });
    assertThatThrownBy(() -> model.batch(packs))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("example 't/1' is a pack of sequences");
  }

  @Test
  void without_positions_the_second_sequence_of_a_pack_sees_the_first() throws IOException {
    FamilyConfig family = FamilyConfig.of(LlamaFamily.PROVIDER);
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(family.family().example());
    DecoderModel model = new DecoderModel(family.read("config.json", config)).packed();
    WeightSnapshot weights = model.initialWeights(Streams.stream(5, "initial weights", 0, 0));
    int vocabulary = model.spec().vocabulary();
    Example pack =
        Packing.of(List.of(sequence(1, 7, vocabulary), sequence(2, 6, vocabulary)), 13).get(0);
    List<TracedRun.Step> steps =
        TracedRun.of(
            model,
            c ->
                new Updates(
                    c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(0f))),
            weights,
            List.of(List.of(pack), List.of(withoutPositions(pack))));
    double apart = steps.get(0).calls().get(0).loss();
    assertThat(Math.abs(steps.get(1).calls().get(0).loss() - apart)).isGreaterThan(1e-5);
  }

  private static Example withoutPositions(Example pack) {
    TreeMap<String, HostArray> fields = new TreeMap<>(pack.fields());
    int[] positions = ((HostArray.Ints) fields.remove(DecoderModel.POSITIONS)).toArray();
    assertThat(positions)
        .isEqualTo(IntStream.concat(IntStream.range(0, 7), IntStream.range(0, 6)).toArray());
    assertThat(Arrays.stream(positions).max()).hasValue(6);
    return new Example(pack.id(), pack.tokens(), fields);
  }
}
