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
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ControlledLoraTest {
  private static final int R = 2;
  private static final String A = LowRank.a(Bench.KERNEL);
  private static final String B = LowRank.b(Bench.KERNEL);
  private static final WeightSnapshot NOW =
      Bench.random(
          List.of(
              new ParameterSpec(A, Shape.of(Bench.IN, R), ParameterSpec.Role.ADAPTER),
              new ParameterSpec(B, Shape.of(R, Bench.OUT), ParameterSpec.Role.ADAPTER)),
          new Random(1));
  private static final Adapter LORA =
      Bench.adapter(
          Lora.PROVIDER, Map.of("rank", new Value.Num(1), "target", new Value.Text("fc1.weight")));

  /** P^T, [k, n]. */
  private static double[] directions(int k, String factor, int n) {
    return Bench.doubles(
        ControlledLora.orthonormalRows(k, n, FactorPenalty.stream("clora/" + factor)));
  }

  private static double squares(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return sum;
  }

  private static float[] scaled(double by, double[] x) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (by * x[i]);
    }
    return result;
  }

  @Test
  void the_penalty_and_its_gradient_are_those_of_the_closed_form() {
    int k = 3;
    double lambda = 0.4;
    double[] pA = directions(k, A, Bench.IN);
    double[] pB = directions(k, B, Bench.OUT);
    double[] read = Bench.times(pA, Bench.doubles(NOW.copy(A)), Bench.IN); // P_A^T A
    double[] written =
        Bench.times(
            Bench.doubles(NOW.copy(B)), Bench.transposed(pB, Bench.OUT), Bench.OUT); // B P_B

    FactorPenalty built = FactorPenalty.of(new ControlledLora(lambda, k), NOW);

    assertThat(built.value())
        .as("lambda/2 (|P_A^T A|^2 + |B P_B|^2)")
        .isCloseTo(lambda / 2 * (squares(read) + squares(written)), within(1e-5));
    assertThat(built.gradient().get(A))
        .as("lambda P_A P_A^T A")
        .containsExactly(
            scaled(lambda, Bench.times(Bench.transposed(pA, Bench.IN), read, k)), within(1e-5f));
    assertThat(built.gradient().get(B))
        .as("lambda B P_B P_B^T")
        .containsExactly(scaled(lambda, Bench.times(written, pB, k)), within(1e-5f));
  }

  @Test
  void of_a_side_with_at_most_k_dimensions_all_are_penalised() {
    double[] pA = directions(Bench.OUT, A, Bench.IN);
    double[] read = Bench.times(pA, Bench.doubles(NOW.copy(A)), Bench.IN);
    double b = squares(Bench.doubles(NOW.copy(B)));
    assertThat(FactorPenalty.of(new ControlledLora(2, Bench.OUT), NOW).value())
        .as("|P_A^T A|^2 + |B|^2")
        .isCloseTo(squares(read) + b, within(1e-4));
    assertThat(FactorPenalty.of(new ControlledLora(2, 65536), NOW).value())
        .as("|A|^2 + |B|^2")
        .isCloseTo(squares(Bench.doubles(NOW.copy(A))) + b, within(1e-4));
  }

  @Test
  void the_directions_are_orthonormal_and_differ_between_the_factors() {
    int n = 40;
    for (int k : new int[] {1, 17, 40}) {
      double[] p = directions(k, A, n);
      double[] products = Bench.times(p, Bench.transposed(p, n), n);
      double[] identity = new double[k * k];
      for (int i = 0; i < k; i++) {
        identity[i * k + i] = 1;
      }
      assertThat(products).as("P^T P of %d", k).containsExactly(identity, within(1e-6));
    }
    assertThat(directions(3, A, n)).isNotEqualTo(directions(3, B, n));
  }

  @Test
  void the_directions_of_sides_with_more_than_k_dimensions_are_declared() {
    List<ParameterSpec> factors =
        List.of(
            new ParameterSpec(A, Shape.of(40, R), ParameterSpec.Role.ADAPTER),
            new ParameterSpec(B, Shape.of(R, 30), ParameterSpec.Role.ADAPTER));
    assertThat(new ControlledLora(1, 20).drawn(factors))
        .containsExactly(Shape.of(20, 40), Shape.of(20, 30));
    assertThat(new ControlledLora(1, 30).drawn(factors)).containsExactly(Shape.of(30, 40));
    assertThat(new ControlledLora(0, 20).drawn(factors)).as("no penalty, no directions").isEmpty();
  }

  private static TaskLoop loop(Regularizer regularizer) {
    TaskLoop loop =
        LoraTrainingTest.loop(
            Seats.of(LoraTrainingTest.SGD).with(LORA).with("0-clora", regularizer), 2);
    loop.train(StepListener.NONE);
    return loop;
  }

  @Test
  void it_acts_in_the_first_task() {
    TaskLoop absent = LoraTrainingTest.loop(Seats.of(LoraTrainingTest.SGD).with(LORA), 2);
    absent.train(StepListener.NONE);
    assertThat(loop(new ControlledLora(0, 1)).weights().copy("fc1.weight"))
        .as("strength 0")
        .containsExactly(absent.weights().copy("fc1.weight"));
    assertThat(loop(new ControlledLora(1, 1)).weights().copy("fc1.weight"))
        .as("strength 1")
        .isNotEqualTo(absent.weights().copy("fc1.weight"));
  }

  @Test
  void without_a_low_rank_adapter_there_is_nothing_to_control() {
    WeightSnapshot other =
        WeightSnapshot.of(Map.of("w", Shape.of(1, 2)), Map.of("w", new float[2]));
    assertThatThrownBy(() -> FactorPenalty.of(new ControlledLora(1, 1), other))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("'clora' finds no matrices A and B of 'lora' to control");
  }
}
