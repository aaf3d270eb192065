package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class OrthogonalLoraTest {
  private static final Adapter LORA =
      Bench.adapter(
          Lora.PROVIDER,
          Map.of(
              "rank", new Value.Num(1),
              "target", new Value.Text("fc1.weight"),
              "merge-after-task", new Value.Flag(true)));

  @Test
  void the_term_is_the_sum_of_the_absolute_overlaps_with_each_earlier_a() {
    int r = 2;
    String a = LowRank.a(Bench.KERNEL);
    List<ParameterSpec> spec =
        List.of(new ParameterSpec(a, Shape.of(Bench.IN, r), ParameterSpec.Role.ADAPTER));
    WeightSnapshot now = Bench.random(spec, new Random(1));
    WeightSnapshot[] old = {Bench.random(spec, new Random(2)), Bench.random(spec, new Random(3))};
    double penalty = 0; // 0.5 sum_t |A_t^T A|
    double[] gradient = new double[Bench.IN * r]; // 0.5 sum_t A_t sign(A_t^T A)
    for (WeightSnapshot o : old) {
      double[] overlap =
          Bench.times(
              Bench.transposed(Bench.doubles(o.copy(a)), r), Bench.doubles(now.copy(a)), Bench.IN);
      double[] sign = new double[overlap.length];
      for (int i = 0; i < overlap.length; i++) {
        penalty += 0.5 * Math.abs(overlap[i]);
        sign[i] = 0.5 * Math.signum(overlap[i]);
      }
      double[] part = Bench.times(Bench.doubles(o.copy(a)), sign, r);
      for (int i = 0; i < part.length; i++) {
        gradient[i] += part[i];
      }
    }
    FactorPenalty built = FactorPenalty.of(new OrthogonalLora(0.5), now, old);
    assertThat(built.value()).as("penalty").isCloseTo(penalty, within(1e-4));
    assertThat(built.gradient().get(a))
        .as("gradient")
        .containsExactly(Bench.rounded(gradient), within(1e-4f));
  }

  @Test
  void a_later_task_is_trained_otherwise_under_the_term() {
    TaskLoop under =
        LoraTrainingTest.loop(
            Seats.of(LoraTrainingTest.SGD).with(LORA).with("0", new OrthogonalLora(0.1)), 2);
    TaskLoop absent = LoraTrainingTest.loop(Seats.of(LoraTrainingTest.SGD).with(LORA), 2);
    for (int t = 0; t < 2; t++) {
      under.train(StepListener.NONE);
      absent.train(StepListener.NONE);
      assertThat(
              Arrays.equals(
                  under.weights().copy("fc1.weight"), absent.weights().copy("fc1.weight")))
          .as("equal after task %d", t)
          .isEqualTo(t == 0);
    }
  }

  @Test
  void strength_zero_is_bit_identical_to_absent() {
    TaskLoop off =
        LoraTrainingTest.loop(
            Seats.of(LoraTrainingTest.SGD).with(LORA).with("0-o-lora", new OrthogonalLora(0)), 2);
    TaskLoop absent = LoraTrainingTest.loop(Seats.of(LoraTrainingTest.SGD).with(LORA), 2);
    for (int t = 0; t < 2; t++) {
      off.train(StepListener.NONE);
      absent.train(StepListener.NONE);
    }
    assertThat(off.weights().copy("fc1.weight"))
        .containsExactly(absent.weights().copy("fc1.weight"));
  }

  @Test
  void it_requires_lora_and_a_model_without_it_refuses() {
    RegularizerProvider provider = OrthogonalLora.PROVIDER;
    assertThat(provider.traits(Settings.defaults(provider)).requires())
        .containsExactly(new ComponentId("lora"));
    assertThatThrownBy(
            () ->
                LoraTrainingTest.loop(
                        Seats.of(LoraTrainingTest.SGD).with("0", new OrthogonalLora(1)), 1)
                    .train(StepListener.NONE))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("finds no matrix A");
  }
}
