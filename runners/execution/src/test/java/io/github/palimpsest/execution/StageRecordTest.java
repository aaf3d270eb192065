package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.TensorFlow;

@Tag("native")
class StageRecordTest {
  @TempDir Path temp;

  private Path run(String name) {
    Path out = temp.resolve(name);
    Plan plan =
        ToyRun.plan(
            "{optimizer: [sgd, sam], merger: [none, wise-ft]}",
            "task.1.data",
            "aa",
            "task.2.data",
            "bb",
            "evaluation.kept.data",
            "cc");
    try (ToySubject subject = new ToySubject()) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, RunListener.NONE);
    }
    return out;
  }

  private static TreeMap<String, ObjectNode> stages(Path out) throws IOException {
    TreeMap<String, ObjectNode> all = new TreeMap<>();
    try (Stream<Path> folders = Files.list(out.resolve("stages"))) {
      for (Path folder : folders.toList()) {
        all.put(folder.getFileName().toString(), JsonFile.read(folder.resolve("stage.json")));
      }
    }
    return all;
  }

  @Test
  void a_stage_has_all_that_determines_it_and_what_its_training_took() throws IOException {
    TreeMap<String, ObjectNode> stages = stages(run("out"));
    assertThat(stages).as("2 optimizers, and the merger from the second task on").hasSize(6);
    JsonNode second =
        stages.values().stream()
            .filter(s -> s.path("task").asInt() == 2)
            .filter(s -> s.path("recipe").asText().startsWith("sam"))
            .findFirst()
            .orElseThrow();
    assertThat(stages).containsKey(second.path("parent").asText());
    assertThat(second.path("task_name").asText()).isEqualTo("b");
    assertThat(second.path("seed").asLong()).isEqualTo(1);
    assertThat(second.path("steps").asLong()).as("20 examples, 4 a step, 3 epochs").isEqualTo(15);
    assertThat(second.path("declared_passes").asDouble()).as("15 steps of 2").isEqualTo(30);
    assertThat(second.path("components").findValuesAsText("id")).contains("sam", "sgd");
    assertThat(second.at("/components/0").properties().stream().map(e -> e.getKey()).toList())
        .contains("id", "kind", "plugin", "version", "jar", "sha256");
    assertThat(second.at("/inputs/task.1.data").asText()).isEqualTo("aa");
    assertThat(second.path("inputs").has("evaluation.kept.data"))
        .as("scoring is no part")
        .isFalse();
    JsonNode measured = second.path("measured");
    for (String key :
        List.of("wall_seconds", "peak_rss_bytes", "cpu", "gpus", "java", "tensorflow_java", "os")) {
      assertThat(measured.has(key)).as(key).isTrue();
    }
    assertThat(measured.path("tensorflow_runtime").asText()).isEqualTo(TensorFlow.version());
  }

  @Test
  void the_passes_counted_are_the_calls_of_the_oracle_whatever_is_declared() throws IOException {
    for (ObjectNode s : stages(run("out")).values()) {
      // the made-up sam declares two passes and makes one
      long declared = s.path("recipe").asText().startsWith("sam") ? 2 : 1;
      assertThat(s.path("declared_passes").asDouble()).isEqualTo(15.0 * declared);
      assertThat(s.at("/measured/gradient_passes").asLong()).isEqualTo(15);
    }
  }

  @Test
  void all_but_what_was_measured_is_equal_in_equal_runs() throws IOException {
    TreeMap<String, ObjectNode> one = stages(run("one"));
    TreeMap<String, ObjectNode> two = stages(run("two"));
    for (ObjectNode s : List.copyOf(one.values())) {
      s.remove("measured");
    }
    for (ObjectNode s : List.copyOf(two.values())) {
      s.remove("measured");
    }
    assertThat(two).isEqualTo(one);
    assertThat(two.toString()).isEqualTo(one.toString());
  }
}
