package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import io.github.palimpsest.testing.TracedRun;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every step of every golden file, and for wrappers also the first ascent. */
@Tag("native")
final class GoldenTrajectoriesTest {
  private record Tolerance(double rtol, double atol) {
    static Tolerance float32(JsonNode file) {
      JsonNode all = file.get("tolerance");
      JsonNode t = all.has("float32") ? all.get("float32") : all.get("float32 run against either");
      return new Tolerance(t.get("rtol").asDouble(), t.get("atol").asDouble());
    }

    void check(String what, double actual, double expected) {
      assertThat(actual).as(what).isCloseTo(expected, within(atol + rtol * Math.abs(expected)));
    }

    void check(String what, float[] actual, double[] expected) {
      assertThat(actual).as(what).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        check(what + "[" + i + "]", actual[i], expected[i]);
      }
    }
  }

  /** Of every folder of problems. */
  private static List<String> files() {
    return Golden.folders("optimizers").stream()
        .flatMap(folder -> Golden.files(folder, ".json").stream())
        .toList();
  }

  @Test
  void there_are_golden_files() {
    assertThat(files()).isNotEmpty();
  }

  @Test
  void a_method_or_setting_without_a_counterpart_is_an_error_that_names_it() {
    ObjectNode unknown = JsonNodeFactory.instance.objectNode().put("method", "Sophia");
    assertThatThrownBy(() -> Recipes.of(unknown)).hasMessageContaining("'Sophia'");
    ObjectNode other = JsonNodeFactory.instance.objectNode().put("method", "SAM").put("tau", 1);
    assertThatThrownBy(() -> Recipes.optimizer(Recipes.of(other))).hasMessageContaining("tau");
  }

  @TestFactory
  Stream<DynamicTest> each_golden_trajectory_is_reproduced() {
    return files().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file,
                    () -> {
                      JsonNode json = Golden.json(file);
                      reproduce(json, Recipes.of(json.get("hyper")));
                    }));
  }

  private static void reproduce(JsonNode json, String recipe) {
    GoldenProblem problem = GoldenProblem.of(json.get("inputs"));
    List<TracedRun.Step> steps =
        TracedRun.of(
            problem.model(), Recipes.optimizer(recipe), problem.start(), problem.batches());
    Tolerance tolerance = Tolerance.float32(json);
    JsonNode expected = json.get("expected");
    compare(steps, expected, tolerance);
    if (expected.has("pure_float64")) {
      compare(steps, expected.get("pure_float64"), tolerance);
    }
  }

  private static void compare(List<TracedRun.Step> steps, JsonNode expected, Tolerance tolerance) {
    for (Map.Entry<String, JsonNode> e : expected.get("params_after_step").properties()) {
      double[] all = Golden.doubles(e.getValue());
      int size = all.length / steps.size();
      for (int t = 0; t < steps.size(); t++) {
        double[] at = java.util.Arrays.copyOfRange(all, t * size, (t + 1) * size);
        tolerance.check(e.getKey() + " after step " + t, steps.get(t).after().get(e.getKey()), at);
      }
    }
    losses(steps, expected.path("loss_before_step"), 0, tolerance);
    losses(steps, expected.path("loss_at_w"), 0, tolerance);
    losses(steps, expected.path("loss_at_perturbed"), 1, tolerance);
    TracedRun.Step first = steps.get(0);
    tensors("gradient", first.calls().get(0).gradient(), expected.path("grad_step1"), tolerance);
    if (first.calls().size() == 2) {
      TracedRun.Call top = first.calls().get(1);
      tensors(
          "gradient at w + e", top.gradient(), expected.path("grad_at_perturbed_step1"), tolerance);
      tensors("e", difference(first), expected.path("e_step1"), tolerance);
    }
    if (steps.get(1).calls().size() == 2) {
      tensors("e of step 2", difference(steps.get(1)), expected.path("e_step2"), tolerance);
    }
  }

  private static void losses(
      List<TracedRun.Step> steps, JsonNode expected, int call, Tolerance tolerance) {
    for (int t = 0; t < expected.size(); t++) {
      List<TracedRun.Call> calls = steps.get(t).calls();
      if (call < calls.size() && !expected.get(t).isNull()) {
        tolerance.check(
            "loss of call " + call + " at step " + t,
            calls.get(call).loss(),
            expected.get(t).asDouble());
      }
    }
  }

  private static void tensors(
      String what, Map<String, float[]> actual, JsonNode expected, Tolerance tolerance) {
    for (Map.Entry<String, JsonNode> e : expected.properties()) {
      tolerance.check(
          what + " of " + e.getKey(), actual.get(e.getKey()), Golden.doubles(e.getValue()));
    }
  }

  /** What the second call's point adds to the first one's. */
  private static Map<String, float[]> difference(TracedRun.Step step) {
    Map<String, float[]> e = new java.util.TreeMap<>();
    step.calls()
        .get(1)
        .point()
        .forEach(
            (name, top) -> {
              float[] w = step.calls().get(0).point().get(name);
              float[] d = new float[top.length];
              for (int i = 0; i < d.length; i++) {
                d[i] = top[i] - w[i];
              }
              e.put(name, d);
            });
    return e;
  }
}
