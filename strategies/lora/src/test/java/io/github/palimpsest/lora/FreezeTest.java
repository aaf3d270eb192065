package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class FreezeTest {
  private static Adapter freeze(Map<String, Value> written) {
    return Bench.adapter(Freeze.PROVIDER, written);
  }

  private static List<String> trained(Map<String, Value> written) {
    return freeze(written).bind(Bench.SPECS).trainable().stream().map(ParameterSpec::name).toList();
  }

  @Test
  void roles_layers_and_names_are_frozen_together() {
    assertThat(trained(Map.of())).containsExactly(Bench.KERNEL, Bench.OTHER, "norm.weight");
    assertThat(trained(Map.of("norms", new Value.Flag(true))))
        .containsExactly(Bench.KERNEL, Bench.OTHER);
    assertThat(trained(Map.of("layers", new Value.Num(1), "from-layer", new Value.Num(3))))
        .containsExactly("norm.weight");
    assertThat(trained(Map.of("layers", new Value.Num(3))))
        .as("layers 0, 1 and 2; what is in no layer is not in them")
        .containsExactly(Bench.KERNEL, Bench.OTHER, "norm.weight");
    assertThat(
            trained(
                Map.of("names", new Value.Text(".*q_proj.*"), "embeddings", new Value.Flag(false))))
        .containsExactly("embed.weight", Bench.OTHER, "norm.weight");
  }

  @Test
  void a_half_of_the_layers_is_frozen_and_of_five_the_middle_one_is_in_the_upper() {
    List<ParameterSpec> five =
        IntStream.range(0, 5)
            .mapToObj(i -> new ParameterSpec("k" + i, Shape.of(2, 2), ParameterSpec.Role.KERNEL, i))
            .toList();
    assertThat(freeze(Map.of("half", Value.Call.word("lower"))).bind(five).trainable())
        .extracting(ParameterSpec::name)
        .containsExactly("k2", "k3", "k4");
    assertThat(freeze(Map.of("half", Value.Call.word("upper"))).bind(five).trainable())
        .extracting(ParameterSpec::name)
        .containsExactly("k0", "k1");
  }

  @Test
  void freezing_everything_or_nothing_is_refused() {
    assertThatThrownBy(() -> trained(Map.of("names", new Value.Text(".*"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("every parameter");
    assertThatThrownBy(() -> trained(Map.of("embeddings", new Value.Flag(false))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("no parameter");
  }

  @Test
  void what_is_trained_moves_as_without_freezing_and_the_rest_keeps_its_bits() {
    WeightSnapshot start = LoraTrainingTest.MODEL.initialWeights(new Random(1));
    Adapter adapter =
        freeze(Map.of("names", new Value.Text("fc1.*"), "embeddings", new Value.Flag(false)));
    WeightSnapshot merged;
    try (StepGraph graph =
        StepGraph.firstTask(
            LoraTrainingTest.MODEL,
            start,
            Seats.of(LoraTrainingTest.SGD).with(adapter),
            Training.epochs(1, 12),
            7,
            Device.CPU)) {
      graph.step(LoraTrainingTest.task(0).examples(), 0, 1);
      merged = adapter.bind(LoraTrainingTest.MODEL.parameters()).merge(graph.trainable(), start);
    }
    try (StepGraph plain =
        StepGraph.firstTask(
            LoraTrainingTest.MODEL,
            start,
            Seats.of(LoraTrainingTest.SGD),
            Training.epochs(1, 12),
            7,
            Device.CPU)) {
      plain.step(LoraTrainingTest.task(0).examples(), 0, 1);
      for (String name : start.names()) {
        if (name.startsWith("fc1")) {
          assertThat(merged.copy(name)).as(name).containsExactly(start.copy(name));
        } else {
          // a graph that needs fewer gradients may round them differently
          assertThat(merged.copy(name))
              .as(name)
              .containsExactly(plain.trainable().copy(name), within(1e-6f));
        }
      }
    }
  }
}
