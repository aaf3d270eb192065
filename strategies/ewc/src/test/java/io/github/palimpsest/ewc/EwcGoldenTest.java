package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.GoldenWeights.assertClose;
import static io.github.palimpsest.ewc.GoldenWeights.vector;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.Golden;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The penalties of golden files, given their Fisher information. */
@Tag("native")
class EwcGoldenTest {
  static Stream<JsonNode> sequences() {
    return Golden.files("ewc", ".json").stream()
        .map(Golden::json)
        .filter(g -> g.at("/expected/penalty_separate").isNumber());
  }

  static Stream<JsonNode> logisticRegressions() {
    return Golden.files("ewc", ".json").stream()
        .map(Golden::json)
        .filter(g -> g.at("/expected/penalty_empirical").isNumber());
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void one_finished_task_gives_half_lambda_times_fisher_times_squared_distance(JsonNode golden) {
    JsonNode expected = golden.get("expected");
    Sequence s = finished(golden, Map.of("mode", "separate"), 1);
    Sequence.Evaluated e = s.penaltyAt(GoldenWeights.read(golden.at("/inputs/w")));
    assertClose("penalty", e.penalty(), expected.get("penalty_task1_only").asDouble(), tol(golden));
    assertClose(
        "gradient",
        e.gradient(),
        GoldenWeights.read(expected.get("gradient_task1_only")),
        tol(golden));
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void separate_mode_sums_a_term_for_each_finished_task(JsonNode golden) {
    JsonNode expected = golden.get("expected");
    Sequence s = finished(golden, Map.of("mode", "separate"), tasks(golden));
    Sequence.Evaluated e = s.penaltyAt(GoldenWeights.read(golden.at("/inputs/w")));
    assertClose("penalty", e.penalty(), expected.get("penalty_separate").asDouble(), tol(golden));
    assertClose(
        "gradient",
        e.gradient(),
        GoldenWeights.read(expected.get("gradient_separate")),
        tol(golden));
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void online_mode_decays_the_old_fisher_and_keeps_the_last_anchor(JsonNode golden) {
    JsonNode expected = golden.get("expected");
    Map<String, Object> online =
        Map.of("mode", "online", "gamma", golden.at("/hyper/gamma").asDouble());
    for (int t = 2; t <= tasks(golden); t++) {
      assertClose(
          "fisher after task " + t,
          finished(golden, online, t).memory("fisher"),
          GoldenWeights.read(expected.get("online_fisher_after_task" + t)),
          tol(golden));
    }
    Sequence s = finished(golden, online, tasks(golden));
    Sequence.Evaluated e = s.penaltyAt(GoldenWeights.read(golden.at("/inputs/w")));
    assertClose("penalty", e.penalty(), expected.get("penalty_online").asDouble(), tol(golden));
    assertClose(
        "gradient", e.gradient(), GoldenWeights.read(expected.get("gradient_online")), tol(golden));
  }

  @ParameterizedTest
  @MethodSource("logisticRegressions")
  void logistic_regression_penalty_matches_its_closed_form(JsonNode golden) {
    JsonNode in = golden.get("inputs");
    JsonNode expected = golden.get("expected");
    Sequence s =
        new Sequence(Ewc.PROVIDER, Map.of("lambda", golden.at("/hyper/lambda").asDouble()));
    s.finish(
        vector("wb", append(in.get("w_star"), in.get("b_star"))),
        vector(
            "wb", append(expected.get("empirical_fisher_w"), expected.get("empirical_fisher_b"))));
    Sequence.Evaluated e = s.penaltyAt(vector("wb", append(in.get("w"), in.get("b"))));
    assertClose("penalty", e.penalty(), expected.get("penalty_empirical").asDouble(), tol(golden));
    assertClose(
        "gradient",
        e.gradient(),
        vector("wb", Golden.doubles(expected.get("gradient_empirical"))),
        tol(golden));
  }

  private static Sequence finished(JsonNode golden, Map<String, Object> settings, int tasks) {
    Map<String, Object> all = new java.util.TreeMap<>(settings);
    all.put("lambda", golden.at("/hyper/lambda").asDouble());
    Sequence s = new Sequence(Ewc.PROVIDER, all);
    for (int t = 0; t < tasks; t++) {
      WeightSnapshot anchor = GoldenWeights.read(golden.at("/inputs/tasks").get(t).get("w_star"));
      s.finish(anchor, GoldenWeights.read(golden.at("/expected/empirical_fisher").get(t)));
    }
    return s;
  }

  private static int tasks(JsonNode golden) {
    return golden.at("/inputs/tasks").size();
  }

  private static double[] append(JsonNode vector, JsonNode scalar) {
    double[] v = Golden.doubles(vector);
    double[] longer = java.util.Arrays.copyOf(v, v.length + 1);
    longer[v.length] = scalar.asDouble();
    return longer;
  }

  private static JsonNode tol(JsonNode golden) {
    return golden.at("/tolerance/float32");
  }
}
