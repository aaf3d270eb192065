package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class BitFitTest {
  private static final Map<String, Value> OWN_ALONE = Map.of("new", new Value.Flag(false));
  private static final String BIAS = AddedBias.name(Bench.KERNEL);

  private static BoundAdapter bound() {
    return Bench.adapter(BitFit.PROVIDER, Map.of()).bind(Bench.SPECS);
  }

  @Test
  void each_kernel_without_a_bias_gets_one_and_nothing_else_is_trained() {
    assertThat(bound().trainable())
        .extracting(ParameterSpec::name)
        .containsExactly(BIAS, AddedBias.name(Bench.OTHER));
    assertThat(bound().added())
        .extracting(AddedBias::kernel)
        .containsExactly(Bench.KERNEL, Bench.OTHER);
    assertThat(bound().trainable().get(0).layer()).isEqualTo(3);
  }

  @Test
  void a_product_is_xw_plus_b_and_the_gradient_of_b_is_the_sum_over_rows() {
    BoundAdapter bound = bound();
    WeightSnapshot b = Bench.random(bound.trainable(), new Random(8));
    float[] x = new float[2 * Bench.IN];
    float[] c = new float[2 * Bench.OUT];
    Random rng = new Random(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) rng.nextGaussian();
    }
    for (int i = 0; i < c.length; i++) {
      c[i] = (float) rng.nextGaussian();
    }
    Bench.Answer answer =
        Bench.ask(
            bound,
            b,
            c,
            (tf, at) ->
                at.matMul(
                    Bench.constant(tf, io.github.palimpsest.api.parameter.Shape.of(2, Bench.IN), x),
                    Bench.KERNEL));
    double[] xw =
        Bench.times(Bench.doubles(x), Bench.doubles(Bench.base().copy(Bench.KERNEL)), Bench.IN);
    float[] bias = b.copy(BIAS);
    for (int i = 0; i < xw.length; i++) {
      assertThat((double) answer.y()[i]).isCloseTo(xw[i] + bias[i % Bench.OUT], within(1e-5));
    }
    for (int j = 0; j < Bench.OUT; j++) {
      assertThat(answer.gradients().get(BIAS)[j]).isCloseTo(c[j] + c[Bench.OUT + j], within(1e-6f));
    }
  }

  @Test
  void merged_weights_are_the_base_with_the_biases_under_their_own_names() {
    BoundAdapter bound = bound();
    WeightSnapshot b = Bench.random(bound.trainable(), new Random(8));
    WeightSnapshot merged = bound.merge(b, Bench.base());
    assertThat(AddedBias.names(merged)).containsExactlyInAnyOrderElementsOf(b.names());
    assertThat(merged.copy(BIAS)).containsExactly(b.copy(BIAS));
    for (String name : Bench.base().names()) {
      assertThat(merged.copy(name)).as(name).containsExactly(Bench.base().copy(name));
    }
  }

  @Test
  void a_model_with_biases_trains_its_own_and_can_be_merged() {
    TaskLoop loop =
        LoraTrainingTest.loop(
            Seats.of(LoraTrainingTest.SGD).with(Bench.adapter(BitFit.PROVIDER, OWN_ALONE)), 2);
    WeightSnapshot start = LoraTrainingTest.MODEL.initialWeights(new Random(1));
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    WeightSnapshot end = loop.weights();
    assertThat(end.names()).isEqualTo(start.names());
    for (String name : List.of("fc1.weight", "fc2.weight")) {
      assertThat(end.copy(name)).as(name).containsExactly(start.copy(name));
    }
    for (String name : List.of("fc1.bias", "fc2.bias")) {
      assertThat(end.copy(name)).as(name).isNotEqualTo(start.copy(name));
    }
  }

  @Test
  void a_model_without_biases_and_no_new_ones_is_refused() {
    assertThatThrownBy(() -> Bench.adapter(BitFit.PROVIDER, OWN_ALONE).bind(Bench.SPECS))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("finds no bias");
  }

  @Test
  void what_needs_merged_weights_is_refused_before_anything_runs() {
    assertThat(BitFit.PROVIDER.promises(Bench.settings(BitFit.PROVIDER, Map.of())))
        .contains(Promise.UNMERGEABLE);
    assertThat(BitFit.PROVIDER.promises(Bench.settings(BitFit.PROVIDER, OWN_ALONE)))
        .doesNotContain(Promise.UNMERGEABLE);
  }
}
