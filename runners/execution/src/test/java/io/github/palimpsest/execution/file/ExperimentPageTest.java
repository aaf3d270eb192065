package io.github.palimpsest.execution.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.palimpsest.experiment.file.ExperimentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The page of the experiment file is what the schema says, and each of its examples is read. Run
 * with {@code -Dpage.update=true} to write it again.
 */
class ExperimentPageTest {
  private static final Path PAGE = Path.of("../docs/experiment-file.md");
  private static final ExperimentPage NOW = new ExperimentPage(ExperimentFile.schema());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(ExperimentFile.schema());

  /** A file without the mapping of a key. */
  private static final String FILE =
      """
      {"model": "quickstart", "tasks": [{"name": "t", "data": "t.jsonl", "test": "u.jsonl"}],
       "axes": {"optimizer": "adamw"}, "seeds": 1}
      """;

  /** What each mapping needs next to the key of an example. */
  private static final Map<String, String> MAPPINGS =
      Map.ofEntries(
          Map.entry("model with classifier", "{\"classifier\": \"encoder\"}"),
          Map.entry("model with config", "{\"config\": \"small-llama\"}"),
          Map.entry("tasks", "{\"name\": \"t\", \"data\": \"t.jsonl\", \"test\": \"u.jsonl\"}"),
          Map.entry("tasks.data", "{\"path\": \"t.jsonl\"}"),
          Map.entry("evaluation", "{\"name\": \"e\", \"data\": \"e.jsonl\"}"),
          Map.entry("corpus", "{\"name\": \"c\", \"data\": \"c.jsonl\"}"),
          Map.entry("training", "{}"),
          Map.entry("budget", "{}"),
          Map.entry("design", "{}"),
          Map.entry("axes", "{\"optimizer\": \"adamw\"}"),
          Map.entry("analysis", "{}"));

  private static Stream<ExperimentPage.Key> keys() {
    return NOW.sections().values().stream().flatMap(List::stream);
  }

  @Test
  void the_page_of_the_experiment_file_is_what_the_schema_says() throws IOException {
    String written = Files.readString(PAGE);
    int start = written.indexOf("## The file\n");
    assertThat(start).as("place of the tables in " + PAGE.getFileName()).isPositive();
    String page = written.substring(0, start) + NOW.text();
    if (Boolean.getBoolean("page.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("run this test with -Dpage.update=true").isEqualTo(page);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void every_key_has_an_example_that_is_read(ExperimentPage.Key key) throws IOException {
    assertThat(key.example().isMissingNode() || key.example().isNull()).isFalse();
    JsonNode file = file(key);
    Object shown =
        new Load(LoadSettings.builder().build()).loadFromString(ExperimentPage.yaml(key.example()));

    assertThat(JSON.readTree(JSON.writeValueAsString(shown))).isEqualTo(key.example());
    assertThat(SCHEMA.validate(file)).as(file.toString()).isEmpty();
    assertThatCode(() -> ExperimentFile.parse("x.yaml", file.toString(), Path.of("."), Map.of()))
        .as(file.toString())
        .doesNotThrowAnyException();
  }

  /** A file with the example of a key; JSON is YAML. */
  private static JsonNode file(ExperimentPage.Key key) throws IOException {
    ObjectNode file = (ObjectNode) JSON.readTree(FILE);
    if (key.section().isEmpty()) {
      return file.set(key.name(), key.example());
    }
    ObjectNode mapping = (ObjectNode) JSON.readTree(MAPPINGS.get(key.section()));
    mapping.setAll(beside(key));
    if (key.name().equals("held-out")) {
      mapping.remove("test"); // a task has one of both
    }
    mapping.set(key.name(), JSON.readTree(JSON.writeValueAsString(key.example())));
    String[] path = key.section().split("[.]|" + ExperimentPage.WITH + ".*");
    switch (path[0]) {
      case "tasks" -> {
        ObjectNode task = (ObjectNode) file.path("tasks").path(0);
        ((ArrayNode) file.path("tasks"))
            .set(0, path.length == 1 ? mapping : task.set("data", mapping));
      }
      case "evaluation" -> file.putArray("evaluation").add(mapping);
      default -> file.set(path[0], mapping);
    }
    return file;
  }

  /** Keys without which a key has no effect. */
  private static ObjectNode beside(ExperimentPage.Key key) {
    ObjectNode other = JSON.createObjectNode();
    switch (key.name()) {
      case "accumulation" -> other.put("batch", 8);
      case "generators", "resolution" -> other.put("fraction", "1/2");
      case "seed" -> other.put("random", 2);
      default -> {}
    }
    return other;
  }
}
