package io.github.palimpsest.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.testing.Golden;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class MetricsTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();

  /** Keys of the golden file by the metric that they are the value of. */
  private static final Map<String, String> EXPECTED =
      Map.of(
          "average-score", "ACC",
          "learning-accuracy", "LA",
          "backward-transfer", "BWT",
          "forward-transfer", "FWT",
          "forgetting", "forgetting_chaudhry",
          "forgetting(rows=since-trained)", "forgetting_max_since_trained");

  private static ForgettingMetric metric(String text) {
    return (ForgettingMetric)
        REGISTRY.component(Kind.METRIC, RecipeText.parse(text).sum().get(0)).create();
  }

  private static Matrix matrix(JsonNode golden) {
    JsonNode rows = golden.get("R");
    double[][] r =
        IntStream.range(0, rows.size())
            .mapToObj(t -> Golden.doubles(rows.get(t)))
            .toArray(double[][]::new);
    return new Matrix(r, Golden.doubles(golden.get("baseline_b")), true);
  }

  @TestFactory
  Stream<DynamicTest> each_metric_of_each_golden_matrix_is_reproduced() {
    JsonNode file = Golden.json("metrics/accuracy_matrix.json");
    double atol = file.get("tolerance").get("atol").asDouble();
    return EXPECTED.entrySet().stream()
        .flatMap(
            e ->
                file.get("inputs")
                    .get("cases")
                    .valueStream()
                    .map(
                        c -> {
                          String name = c.get("name").asText();
                          JsonNode expected = file.get("expected").get(name).path(e.getValue());
                          return DynamicTest.dynamicTest(
                              e.getKey() + " of " + name,
                              () -> check(metric(e.getKey()), matrix(c), expected, atol));
                        }));
  }

  private static void check(ForgettingMetric m, Matrix scores, JsonNode expected, double atol) {
    if (!expected.isNumber()) {
      assertThat(m.of(scores)).as("where it is not defined").isEmpty();
      return;
    }
    assertThat(m.of(scores).orElseThrow())
        .as("the golden value")
        .isCloseTo(expected.asDouble(), within(atol));
    double turned =
        m.higherIsBetter(scores) == m.higherIsBetter(scores.negated())
            ? expected.asDouble()
            : -expected.asDouble();
    assertThat(m.of(scores.negated()).orElseThrow())
        .as("of the same scores times -1, where lower is better")
        .isCloseTo(turned, within(atol));
  }

  @Test
  void forgetting_of_a_rising_loss_is_positive() {
    // nats per token: best 2.0 before the last row, 2.5 after it
    Matrix nats = new Matrix(new double[][] {{2.0, 4.0}, {2.5, 1.5}}, new double[] {3, 4}, false);
    assertThat(metric("forgetting").of(nats)).as("max(-2) - (-2.5)").hasValue(0.5);
    assertThat(metric("backward-transfer").of(nats)).as("-(2.5 - 2.0)").hasValue(-0.5);
    assertThat(metric("average-score").of(nats)).as("(2.5 + 1.5) / 2").hasValue(2.0);
    assertThat(metric("average-score").higherIsBetter(nats)).as("for nats").isFalse();
  }

  @Test
  void cells_that_were_not_measured_before_a_tasks_own_training_do_not_matter() {
    double nan = Double.NaN;
    Matrix lower =
        new Matrix(
            new double[][] {{0.9, nan, nan}, {0.8, 0.7, nan}, {0.5, 0.6, 0.9}},
            new double[] {nan, nan, nan},
            true);
    assertThat(metric("forgetting").of(lower).orElseThrow())
        .as("((0.9 - 0.5) + (0.7 - 0.6)) / 2")
        .isCloseTo(0.25, within(1e-12));
    assertThat(metric("forward-transfer").of(lower)).as("needs R[i-1, i] and b").isEmpty();
  }

  @Test
  void a_missing_score_that_is_needed_makes_the_metric_undefined() {
    double nan = Double.NaN;
    Matrix holed =
        new Matrix(new double[][] {{0.9, 0.1}, {nan, 0.8}}, new double[] {0.1, 0.1}, true);
    for (String id : new String[] {"average-score", "backward-transfer", "forgetting"}) {
      assertThat(metric(id).of(holed)).as(id + " without R[2, 1]").isEmpty();
    }
    assertThat(metric("learning-accuracy").of(holed).orElseThrow())
        .as("(0.9 + 0.8) / 2 does not need it")
        .isCloseTo(0.85, within(1e-12));
  }

  @Test
  void intransigence_is_what_reference_models_learn_better() {
    double[][] r = {{0.9, 0.1, 0}, {0.8, 0.7, 0}, {0.5, 0.6, 0.5}};
    Matrix scores = new Matrix(r, new double[3], true, new double[] {0.9, 0.8, 0.9});
    assertThat(metric("intransigence").of(scores).orElseThrow())
        .as("((0.9 - 0.9) + (0.8 - 0.7) + (0.9 - 0.5)) / 3")
        .isCloseTo(0.5 / 3, within(1e-12));
    assertThat(metric("intransigence(over=last)").of(scores).orElseThrow())
        .as("0.9 - 0.5")
        .isCloseTo(0.4, within(1e-12));
    assertThat(metric("intransigence").of(scores.negated()).orElseThrow())
        .as("losses: the sign is turned, and more is worse again")
        .isCloseTo(0.5 / 3, within(1e-12));
    assertThat(metric("intransigence").higherIsBetter(scores)).isFalse();
  }

  @Test
  void intransigence_is_empty_without_a_score_that_it_needs() {
    double nan = Double.NaN;
    double[][] r = {{nan, nan}, {0.8, 0.7}};
    Matrix end = new Matrix(r, new double[2], true, new double[] {nan, 0.75});
    assertThat(metric("intransigence").of(end)).as("needs R[1, 1] and a[1]").isEmpty();
    assertThat(metric("intransigence(over=last)").of(end).orElseThrow())
        .as("0.75 - 0.7")
        .isCloseTo(0.05, within(1e-12));
    assertThat(metric("intransigence(over=last)").of(new Matrix(r, new double[2], true)))
        .as("without reference scores")
        .isEmpty();
  }

  @Test
  void of_a_model_that_exists_only_at_the_end_only_the_average_score_is_defined() {
    double nan = Double.NaN;
    Matrix end = new Matrix(new double[][] {{nan, nan}, {0.5, 0.75}}, new double[] {0, 0.25}, true);
    for (String id : EXPECTED.keySet()) {
      if (!id.equals("average-score")) {
        assertThat(metric(id).of(end)).as(id + " needs an earlier row").isEmpty();
      }
    }
    assertThat(metric("average-score").of(end)).as("(0.5 + 0.75) / 2").hasValue(0.625);
  }

  @Test
  void nothing_forgotten_is_zero_and_a_worse_end_never_looks_better() {
    double[] b = {0, 0};
    double before = 0;
    for (double end : new double[] {0.8, 0.7, 0.4}) {
      Matrix scores = new Matrix(new double[][] {{0.8, 0}, {end, 0.9}}, b, true);
      double f = metric("forgetting").of(scores).orElseThrow();
      assertThat(f).as("0.8 - " + end).isCloseTo(0.8 - end, within(1e-12));
      assertThat(f).as("against the end before").isGreaterThanOrEqualTo(before);
      before = f;
    }
  }
}
