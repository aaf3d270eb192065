package io.github.palimpsest.wiseft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import org.junit.jupiter.api.Test;

/** Closed forms and golden values of {@code fisher-merging}. */
final class FisherMergingTest {
  @Test
  void fisher_merging_weighs_each_entry_by_its_importance() {
    // the site's importance is the square of the weights, twice if labels are sampled: the paper
    // has the Fisher of the model's own distribution at both ends
    float t0 = 1;
    float t1 = 3;
    double c0 = 0.25 * 2 * t0 * t0;
    double c1 = 0.75 * 2 * t1 * t1;
    assertThat(
            MergersTest.merged(
                "fisher-merging(alpha=0.75, floor=0, normalize=false)",
                Weights.w(t0),
                Weights.w(t1)))
        .containsExactly((float) ((c0 * t0 + c1 * t1) / (c0 + c1)));
  }

  @Test
  void each_fisher_is_divided_by_its_norm_so_that_the_surer_end_counts_as_much() {
    float[] t0 = {0.01f, 0.02f}; // the importance is the square: 1e4 times less than at theta1
    float[] t1 = {2, 1};
    double n0 = Math.hypot(2 * t0[0] * t0[0], 2 * t0[1] * t0[1]);
    double n1 = Math.hypot(2 * t1[0] * t1[0], 2 * t1[1] * t1[1]);
    float[] expected = new float[2];
    for (int i = 0; i < 2; i++) {
      double c0 = 0.75 * 2 * t0[i] * t0[i] / n0;
      double c1 = 0.25 * 2 * t1[i] * t1[i] / n1;
      expected[i] = (float) ((c0 * t0[i] + c1 * t1[i]) / (c0 + c1));
    }
    assertThat(
            MergersTest.merged("fisher-merging(alpha=0.25, floor=0)", Weights.w(t0), Weights.w(t1)))
        .containsExactly(expected, within(1e-6f));
    assertThat(
            MergersTest.merged(
                "fisher-merging(floor=0, normalize=false)", Weights.w(t0), Weights.w(t1)))
        .as("without it the end whose gradients are larger has everything")
        .containsExactly(t1, within(1e-3f));
  }

  @Test
  void the_earlier_weights_have_the_fisher_of_their_own_task() {
    float t0 = 1;
    float t1 = 3;
    WeightHistory fourth =
        WeightHistory.of(Weights.w(9), Weights.w(t0), Weights.w(t1), 3, Weights.SITE);
    // the importance of task t is twice the square, and t more: theta0 ended task 2
    double c0 = 0.5 * (2 * t0 * t0 + 2);
    double c1 = 0.5 * (2 * t1 * t1 + 3);
    assertThat(merged("from=previous", fourth))
        .containsExactly((float) ((c0 * t0 + c1 * t1) / (c0 + c1)));
    double pretrained = 0.5 * (2 * 9 * 9 + 3);
    assertThat(merged("from=pretrained", fourth))
        .as("there are no data of the pretrained weights")
        .containsExactly((float) ((pretrained * 9 + c1 * t1) / (pretrained + c1)));
  }

  private static float[] merged(String from, WeightHistory history) {
    return MergersTest.merger("fisher-merging(floor=0, normalize=false, " + from + ")")
        .apply(history)
        .copy("w");
  }

  @Test
  void where_no_weight_of_an_end_matters_there_is_nothing_to_divide_by() {
    assertThat(MergersTest.merged("fisher-merging", Weights.w(0, 0), Weights.w(2, 3)))
        .as("the other end has all importance")
        .containsExactly(2, 3);
  }

  @Test
  void fisher_merging_where_nothing_matters_is_the_line() {
    assertThat(
            FisherMerging.weighted(
                0.25, new float[] {1}, new float[] {5}, new double[1], new double[1]))
        .containsExactly(2f); // 0.75 * 1 + 0.25 * 5
    assertThat(
            MergersTest.merged(
                "fisher-merging(floor=1e12, normalize=false)", Weights.w(1, 1), Weights.w(2, 3)))
        .as("a high floor makes all entries matter equally much within a tensor")
        .containsExactly(
            new float[] {(2 * 1 + 13f * 2) / (2 + 13f), (2 * 1 + 13f * 3) / (2 + 13f)},
            within(1e-6f));
  }

  @Test
  void golden_fisher_weighted_interpolations_are_reproduced() {
    JsonNode file = Golden.json("wiseft/interpolation.json");
    JsonNode in = file.get("inputs");
    WeightSnapshot t0 = GoldenProblem.snapshot(in.get("theta0"));
    WeightSnapshot t1 = GoldenProblem.snapshot(in.get("theta1"));
    WeightSnapshot c0 = GoldenProblem.snapshot(in.get("c0"));
    WeightSnapshot c1 = GoldenProblem.snapshot(in.get("c1"));
    JsonNode tolerance = file.get("tolerance").get("weighted");
    double rtol = tolerance.get("rtol").asDouble();
    double atol = tolerance.get("atol").asDouble();
    double s1 = file.get("hyper").get("s1").asDouble();
    assertThat(file.get("hyper").get("s0").asDouble())
        .as("1 - s1")
        .isCloseTo(1 - s1, within(1e-15));
    for (String name : t0.names()) {
      double[] f0 = doubles(c0.copy(name));
      double[] f1 = doubles(c1.copy(name));
      for (boolean scalars : new boolean[] {false, true}) {
        float[] theta =
            FisherMerging.weighted(scalars ? s1 : 0.5, t0.copy(name), t1.copy(name), f0, f1);
        double[] expected =
            Golden.doubles(
                file.get("expected")
                    .get(scalars ? "weighted_with_scalars_float64" : "weighted_float64")
                    .get(name));
        for (int i = 0; i < theta.length; i++) {
          assertThat((double) theta[i])
              .as(name + "[" + i + "], with scalars: " + scalars)
              .isCloseTo(expected[i], within(atol + rtol * Math.abs(expected[i])));
        }
      }
    }
  }

  private static double[] doubles(float[] v) {
    double[] d = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      d[i] = v[i];
    }
    return d;
  }
}
