package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.DeclaredModel;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Optimizers next to another implementation of their papers' equations, in float64, through the
 * engine: in one batch and in micro-batches.
 */
@Tag("native")
final class PaperTrajectoriesTest {
  private static final JsonNode FILE = Golden.own("/papers/trajectories.json");
  private static final GoldenProblem PROBLEM = GoldenProblem.of(FILE.get("inputs"));

  @TestFactory
  Stream<DynamicTest> each_optimizer_makes_the_steps_of_its_paper() {
    return FILE.get("trajectories").properties().stream()
        .flatMap(
            e ->
                Stream.of(1, 4)
                    .map(
                        parts ->
                            DynamicTest.dynamicTest(
                                e.getKey() + " in " + parts + " micro-batches",
                                () -> reproduce(e.getValue(), parts))));
  }

  private static void reproduce(JsonNode trajectory, int parts) {
    String recipe = trajectory.get("recipe").asText();
    int steps = PROBLEM.batches().size();
    int size = PROBLEM.batches().get(0).size();
    try (StepGraph graph =
        StepGraph.firstTask(
            DeclaredModel.withNorm(PROBLEM.model(), "fc1.bias"),
            PROBLEM.start(),
            Seats.of(Recipes.REGISTRY.recipe(recipe)),
            new Training(1, 0, size, parts, 0),
            7,
            Device.CPU)) {
      for (int t = 0; t < steps; t++) {
        graph.step(PROBLEM.batches().get(t), t, steps);
        JsonNode expected = trajectory.at("/params_after_step/" + (t + 1));
        if (!expected.isMissingNode()) {
          compare(recipe + " after step " + (t + 1), graph.trainable(), expected);
        }
      }
    }
  }

  private static void compare(String what, WeightSnapshot actual, JsonNode expected) {
    JsonNode tolerance = FILE.at("/tolerance/float32");
    double rtol = tolerance.get("rtol").asDouble();
    double atol = tolerance.get("atol").asDouble();
    for (Map.Entry<String, JsonNode> e : expected.properties()) {
      float[] w = actual.copy(e.getKey());
      double[] wanted =
          StreamSupport.stream(e.getValue().spliterator(), false)
              .mapToDouble(JsonNode::asDouble)
              .toArray();
      assertThat(w).hasSameSizeAs(wanted);
      for (int i = 0; i < w.length; i++) {
        assertThat((double) w[i])
            .as("%s: %s[%d]", what, e.getKey(), i)
            .isCloseTo(wanted[i], within(atol + rtol * Math.abs(wanted[i])));
      }
    }
  }
}
