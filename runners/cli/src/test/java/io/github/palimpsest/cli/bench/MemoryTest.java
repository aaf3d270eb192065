package io.github.palimpsest.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.Command;
import io.github.palimpsest.cli.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class MemoryTest {
  @TempDir Path temp;

  /**
   * A process of this size consists mostly of what JVM and libraries need, which does not depend on
   * the load of the machine; what depends on the model is compared with the runtime's own records
   * in {@code PeakModelTest}.
   */
  @Test
  void a_run_of_the_smallest_shape_takes_the_predicted_memory() throws IOException {
    JsonNode lines =
        json(
            Command.run(
                "bench", "memory", "--shape", "S", "--folder", temp.resolve("bench"), "--json"));
    assertThat(lines.findValuesAsText("recipe")).containsExactly("full", "lora", "sam");
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line.path("ratio").asDouble())
                    .as("predicted over measured: %s", line)
                    .isCloseTo(1, within(0.15)));
  }

  private static long predicted(Path folder, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("bench", "memory", "--shape", "S", "--recipe"));
    all.addAll(List.of("LORA", "--predict", "--json", "--folder", folder.toString()));
    all.addAll(List.of(options));
    return json(Command.run(all.toArray())).get(0).path("predicted").asLong();
  }

  @Test
  void a_prediction_knows_that_large_logits_are_computed_in_parts() throws IOException {
    String[] size = {"--vocabulary", "20000", "--batch", "64"};
    long rows = 64 * 64;
    long whole = predicted(temp, size[0], size[1], size[2], size[3], "--loss-chunk", "4096");
    long parts = predicted(temp, size[0], size[1], size[2], size[3]);
    long logits = 4 * rows * 20_000; // 328 MB, in 5 parts; with their softmax and what is between
    assertThat((double) whole - parts).isCloseTo(1.4 * 2 * logits * 4 / 5, within(1e6));
  }

  @Test
  void weights_for_a_benchmark_can_be_numbers_of_bfloat16() throws IOException {
    predicted(temp, "--bfloat16");
    byte[] file = Files.readAllBytes(temp.resolve("S-bfloat16/model.safetensors"));
    byte[] last = Arrays.copyOfRange(file, file.length - 4, file.length);
    assertThat(last).as("a little-endian float").startsWith(0, 0);
    assertThat(last).isNotEqualTo(new byte[4]);
  }

  @Test
  void a_negative_number_of_tokens_of_a_part_is_refused() {
    Command train = Command.run("train", "--loss-chunk", "-1");
    assertThat(train.err()).contains("--loss-chunk", "-1");
  }

  @Test
  void a_plan_has_the_memory_of_a_worker_and_its_parts_and_warns_of_workers_that_do_not_fit()
      throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    Path file = TinyModel.experiment(temp, model, data, "[sgd, sam]");
    Command planned = Command.run("plan", file, "--workers", 1024, "--json").ok();
    assertThat(planned.err())
        .contains("palimpsest: 1024 workers of about", "need more than", "--workers");
    JsonNode plan = new ObjectMapper().readTree(planned.out());
    JsonNode memory = plan.path("memory");
    assertThat(memory.path("fits").asBoolean(true)).isFalse();
    assertThat(memory.path("recipe").asText()).as("keeps a second point").startsWith("sam");
    assertThat(memory.path("parts").findValuesAsText("part"))
        .contains("weights", "slots", "point", "activations", "logits", "runtime");
    long sum = 0;
    for (JsonNode part : memory.path("parts")) {
      sum += part.path("bytes").asLong();
    }
    assertThat(memory.path("peak_rss_bytes").asLong()).isEqualTo(sum);
    assertThat(plan.at("/expected/peak_rss_bytes").asLong()).isEqualTo(sum);
    assertThat(Command.run("plan", file).ok().out())
        .contains("Memory: about", "per worker, most in training with sam", "  runtime ")
        .contains("Disk: at most about ");
  }

  private static JsonNode json(Command command) throws IOException {
    return new ObjectMapper().readTree(command.ok().out());
  }
}
