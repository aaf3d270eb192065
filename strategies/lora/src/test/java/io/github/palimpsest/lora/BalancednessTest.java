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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("native")
class BalancednessTest {
  private static final String A = LowRank.a(Bench.KERNEL);
  private static final String B = LowRank.b(Bench.KERNEL);
  private static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec(A, Shape.of(Bench.IN, 2), ParameterSpec.Role.ADAPTER),
          new ParameterSpec(B, Shape.of(2, 3), ParameterSpec.Role.ADAPTER));

  private static double squares(float[] v) {
    double sum = 0;
    for (float x : v) {
      sum += (double) x * x;
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(Balancedness.Form.class)
  void the_penalty_and_its_gradient_are_those_of_the_closed_form(Balancedness.Form form) {
    double lambda = 0.3;
    WeightSnapshot now = Bench.random(SPECS, new Random(1));
    double b = squares(now.copy(A)) - squares(now.copy(B));
    boolean absolute = form == Balancedness.Form.ABSOLUTE;
    double penalty = absolute ? lambda * Math.abs(b) : lambda / 2 * b * b;
    double c = 2 * lambda * (absolute ? Math.signum(b) : b);
    FactorPenalty built = FactorPenalty.of(new Balancedness(lambda, form), now);
    assertThat(built.value()).as("penalty").isCloseTo(penalty, within(1e-4));
    assertThat(built.gradient().get(A))
        .as("gradient of A")
        .containsExactly(scaled(now.copy(A), c), within(1e-4f));
    assertThat(built.gradient().get(B))
        .as("gradient of B")
        .containsExactly(scaled(now.copy(B), -c), within(1e-4f));
  }

  private static float[] scaled(float[] v, double by) {
    float[] result = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      result[i] = (float) (v[i] * by);
    }
    return result;
  }

  @Test
  void the_factors_of_a_trained_adapter_are_nearer_to_balance_with_it() {
    Adapter lora =
        Bench.adapter(
            Lora.PROVIDER,
            Map.of("rank", new Value.Num(1), "target", new Value.Text("fc1.weight")));
    double[] difference = new double[2];
    for (int i = 0; i < 2; i++) {
      Balancedness term = new Balancedness(0.05 * i, Balancedness.Form.ABSOLUTE);
      WeightSnapshot trained;
      try (StepGraph graph =
          StepGraph.firstTask(
              LoraTrainingTest.MODEL,
              LoraTrainingTest.MODEL.initialWeights(new Random(1)),
              Seats.of(LoraTrainingTest.SGD).with(lora).with("0-balancedness", term),
              Training.epochs(1, 12),
              7,
              Device.CPU)) {
        for (int step = 0; step < 20; step++) {
          graph.step(LoraTrainingTest.task(0).examples(), step, 20);
        }
        trained = graph.trainable();
      }
      difference[i] =
          Math.abs(
              squares(trained.copy(LowRank.a("fc1.weight")))
                  - squares(trained.copy(LowRank.b("fc1.weight"))));
    }
    assertThat(difference[1]).as("| |A|^2 - |B|^2 |").isLessThan(difference[0]);
  }

  @Test
  void without_a_low_rank_adapter_there_is_nothing_to_balance() {
    WeightSnapshot other =
        WeightSnapshot.of(Map.of("w", Shape.of(1, 2)), Map.of("w", new float[2]));
    assertThatThrownBy(() -> FactorPenalty.of(new Balancedness(1, Balancedness.Form.SQUARE), other))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("'balancedness' finds no matrices A and B of 'lora' to balance");
  }
}
