package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.DenseWeights;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class DropoutTest {
  private static final String W = "fc1.weight";

  /** Both factors start at work, so that dropout shows at the first step. */
  private static Adapter lora(double dropout) {
    return Bench.adapter(
        Lora.PROVIDER,
        Map.of(
            "rank", new Value.Num(4),
            "alpha", new Value.Num(400),
            "init", Value.Call.word("orthogonal"),
            "target", new Value.Text(W),
            "dropout", new Value.Num(dropout)));
  }

  private static Training accumulating(int parts) {
    return new Training(1, 0, 12, parts, 0);
  }

  /** The trainable parameters after a step, from the start. */
  private static WeightSnapshot after(
      Optimizer optimizer, double dropout, Training training, List<Example> batch, long... steps) {
    try (StepGraph graph =
        StepGraph.firstTask(
            LoraTrainingTest.MODEL,
            LoraTrainingTest.MODEL.initialWeights(new Random(1)),
            Seats.of(optimizer).with(lora(dropout)),
            training,
            7,
            Device.CPU)) {
      for (long step : steps) {
        graph.step(batch, step, 10);
      }
      return graph.trainable();
    }
  }

  private static float[] a(WeightSnapshot w) {
    return w.copy(LowRank.a(W));
  }

  private static float[] b(WeightSnapshot w) {
    return w.copy(LowRank.b(W));
  }

  @Test
  void an_input_is_dropped_below_p_and_scaled_up_above_on_the_way_to_a_alone() {
    // u = 0.1, 0.6 with p = 0.5: x' = (0, 2 x_2); x W' = x W + s x' A B
    BoundAdapter bound =
        Bench.adapter(
                Lora.PROVIDER,
                Map.of(
                    "rank", new Value.Num(1),
                    "alpha", new Value.Num(3),
                    "target", new Value.Text("w"),
                    "dropout", new Value.Num(0.5)))
            .bind(
                List.of(
                    new io.github.palimpsest.api.parameter.ParameterSpec(
                        "w",
                        Shape.of(2, 1),
                        io.github.palimpsest.api.parameter.ParameterSpec.Role.KERNEL)));
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Tensors trained =
          Tensors.of(
              Map.of(
                  LowRank.a("w"), Bench.constant(tf, Shape.of(2, 1), new float[] {7, 11}),
                  LowRank.b("w"), Bench.constant(tf, Shape.of(1, 1), new float[] {13})));
      DenseWeights base =
          new DenseWeights(
              tf, Tensors.of(Map.of("w", Bench.constant(tf, Shape.of(2, 1), new float[] {2, 3}))));
      StepNoise noise =
          (name, like) -> Bench.constant(tf, Shape.of(1, 2), new float[] {0.1f, 0.6f});
      Operand<TFloat32> x = Bench.constant(tf, Shape.of(1, 2), new float[] {1, 5});
      float[] y =
          value(session, bound.training(tf, Params.of(trained), base, noise).matMul(x, "w"));
      float[] dense =
          value(session, bound.training(tf, Params.of(trained), base, noise).dense("w"));
      assertThat(y).containsExactly(1 * 2 + 5 * 3 + 3f * (2 * 5 * 11) * 13);
      assertThat(dense).as("whole tensors").containsExactly(2 + 3 * 7 * 13, 3 + 3 * 11 * 13);
    }
  }

  private static float[] value(Session session, Operand<TFloat32> of) {
    try (var result = session.runner().fetch(of).run()) {
      return Bench.floats((TFloat32) result.get(0));
    }
  }

  @Test
  void without_dropout_the_steps_are_those_of_an_adapter_that_has_none() {
    List<Example> batch = LoraTrainingTest.task(0).examples();
    float[] off = a(after(LoraTrainingTest.SGD, 0, accumulating(1), batch, 0, 1));
    assertThat(a(after(LoraTrainingTest.SGD, 0.5, accumulating(1), batch, 0, 1)))
        .as("dropped")
        .isNotEqualTo(off);
    assertThat(a(after(LoraTrainingTest.SGD, 1e-12, accumulating(1), batch, 0, 1)))
        .as("next to never dropped")
        .containsExactly(off, within(1e-4f));
  }

  @Test
  void each_step_draws_anew_and_a_run_repeats_its_draws() {
    List<Example> batch = LoraTrainingTest.task(0).examples();
    float[] first = b(after(LoraTrainingTest.SGD, 0.5, accumulating(1), batch, 0));
    assertThat(b(after(LoraTrainingTest.SGD, 0.5, accumulating(1), batch, 0)))
        .containsExactly(first);
    assertThat(b(after(LoraTrainingTest.SGD, 0.5, accumulating(1), batch, 1))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void all_passes_of_a_step_see_the_same_mask(int parts) {
    Optimizer difference =
        c -> {
          Tensors one = c.oracle().gradient(c.params()).tensors();
          Tensors two = c.oracle().gradient(c.params()).tensors();
          return new Updates(one.minus(c.tf(), two));
        };
    List<Example> batch = LoraTrainingTest.task(0).examples();
    WeightSnapshot end = after(difference, 0.5, accumulating(parts), batch, 0);
    WeightSnapshot start = after(difference, 0.5, accumulating(parts), batch);
    assertThat(a(end)).containsExactly(a(start));
    assertThat(b(end)).containsExactly(b(start));
  }

  @Test
  void micro_batches_draw_their_own_masks() {
    Example one = LoraTrainingTest.task(0).examples().get(0);
    List<Example> twice = Stream.generate(() -> one).limit(2).toList();
    float[] alone = b(after(LoraTrainingTest.SGD, 0.5, accumulating(1), List.of(one), 0));
    assertThat(b(after(LoraTrainingTest.SGD, 0, accumulating(2), twice, 0)))
        .as("without dropout two equal micro-batches are one")
        .containsExactly(
            b(after(LoraTrainingTest.SGD, 0, accumulating(1), List.of(one), 0)), within(1e-5f));
    assertThat(b(after(LoraTrainingTest.SGD, 0.5, accumulating(2), twice, 0))).isNotEqualTo(alone);
  }
}
