package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Golden;
import io.github.palimpsest.testing.GoldenProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Regularizers and rehearsals over three tasks, next to another implementation of their papers'
 * equations in float64: with the whole batch at once and in micro-batches.
 */
@Tag("native")
class PaperSequencesTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final JsonNode FILE = Golden.own("/papers/sequences.json");
  private static final WeightSnapshot START = GoldenProblem.snapshot(FILE.at("/inputs/w0"));
  private static final ClassifierModel MODEL = new ClassifierModel(5, 6, 3);
  private static final int SIZE = 8;
  private static final int TASKS = 3;

  private static Example example(String id, int row) {
    float[] x = Golden.floats(FILE.at("/inputs/x"));
    return ClassifierModel.example(
        id,
        Arrays.copyOfRange(x, 5 * row, 5 * row + 5),
        FILE.at("/inputs/y/" + row).asInt(),
        (float) FILE.at("/inputs/tokens/" + row).asDouble());
  }

  private static List<TaskData> tasks() {
    List<Example> corpus = new ArrayList<>();
    FILE.at("/inputs/corpus").forEach(i -> corpus.add(example("corpus/" + i, i.asInt())));
    return IntStream.range(0, TASKS)
        .mapToObj(
            k ->
                TaskData.of(
                        k,
                        "t" + k,
                        IntStream.range(SIZE * k, SIZE * (k + 1))
                            .mapToObj(i -> example("t" + k + "/" + i, i))
                            .toList())
                    .beside(corpus))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> each_recipe_gives_the_weights_of_its_papers_after_every_task() {
    return FILE.get("sequences").properties().stream()
        .flatMap(
            e ->
                Stream.of(1, 3)
                    .map(
                        parts ->
                            DynamicTest.dynamicTest(
                                e.getKey() + " in " + parts + " micro-batches",
                                () -> reproduce(e.getValue(), parts))));
  }

  private static void reproduce(JsonNode sequence, int parts) {
    String recipe = sequence.get("recipe").asText();
    int batch = sequence.get("batch").asInt();
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            START,
            Seats.of(REGISTRY.recipe(recipe)),
            new Training(2, 0, batch, Math.min(parts, batch), 0),
            7,
            tasks(),
            Device.CPU,
            null);
    double rtol = FILE.at("/tolerance/rtol").asDouble();
    double atol = FILE.at("/tolerance/atol").asDouble();
    for (int task = 0; task < TASKS; task++) {
      loop.train(StepListener.NONE);
      WeightSnapshot after = loop.weights();
      for (Map.Entry<String, JsonNode> e : sequence.at("/after/" + task).properties()) {
        float[] w = after.copy(e.getKey());
        double[] expected = Golden.doubles(e.getValue());
        assertThat(w).hasSameSizeAs(expected);
        for (int i = 0; i < w.length; i++) {
          assertThat((double) w[i])
              .as("%s: %s[%d] after task %d", recipe, e.getKey(), i, task)
              .isCloseTo(expected[i], within(atol + rtol * Math.abs(expected[i])));
        }
      }
    }
  }
}
