package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step on those tokens of a Llama model that its first weights predict well, next to another
 * implementation in float64: with all rows at once and row by row.
 */
@Tag("native")
class TokenMaskingTest {
  @ParameterizedTest(name = "in {0} micro-batches")
  @ValueSource(ints = {1, 2})
  void a_step_on_the_tokens_that_count_gives_the_weights_of_the_paper(
      int parts, @TempDir Path temporary) {
    JsonNode json = Golden.own("/papers/token_masking.json");
    HuggingFaceDirectory directory =
        HuggingFaceDirectory.open(
            Golden.copy(json.at("/hyper/model_dir").asText(), temporary.resolve("model")));
    GoldenModel golden = new GoldenModel(json, directory, directory.weights());
    int rows = golden.examples().size();
    TaskLoop loop =
        new TaskLoop(
            golden.model(),
            directory.weights(),
            Seats.of(Plugins.onClassPath().recipe(json.at("/hyper/recipe").asText())),
            new Training(1, 0, rows, parts, 0),
            7,
            List.of(TaskData.of(0, "t", golden.examples())),
            Device.CPU,
            null);
    List<Double> losses = new ArrayList<>();
    loop.train((task, step, totalSteps, loss) -> losses.add(loss));
    assertThat(losses).hasSize(1);
    golden.close("loss", "loss", losses.get(0), json.at("/expected/loss").asDouble());
    WeightSnapshot after = loop.weights();
    for (Map.Entry<String, JsonNode> e : json.at("/expected/after").properties()) {
      float[] w = after.copy(e.getKey());
      double[] expected = Golden.doubles(e.getValue());
      assertThat(w).hasSameSizeAs(expected);
      for (int i = 0; i < w.length; i++) {
        golden.close("weights", e.getKey() + "[" + i + "]", w[i], expected[i]);
      }
    }
  }
}
