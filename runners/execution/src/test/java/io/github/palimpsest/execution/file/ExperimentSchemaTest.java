package io.github.palimpsest.execution.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.Track;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ExperimentSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RESOURCE =
      Path.of(
          "../experiment/src/main/resources/io/github/palimpsest/experiment/file/experiment.schema.json");
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(ExperimentFile.schema());

  private static final String GOOD =
      """
      name: all
      variables: {shared: ../shared, steps: 5}
      model: ${shared}/model
      tasks:
        - {name: a, data: a.txt, format: text, windows: true, held-out: 1, template: plain}
        - name: b
          data: [{path: b.jsonl, weight: 2}, {path: folder}, c.arrow]
          columns: {prompt: q, response: a}
          on-bad-record: skip
          truncation: left
          max-tokens: 100000
          held-out: 2
      evaluation: [{name: k, data: k.txt, format: text, limit: 3, separator: "--"}]
      corpus: {name: c, data: c.csv, filter: "n > 1", limit: 9, examples: 5}
      training: {steps: "${steps}", batch: 4, pack: true, buckets: 50, clip-norm: 0.5, checkpoint-every: 0}
      budget: {equal: compute}
      axes:
        optimizer: {levels: [sgd, sam], lr: [0.1, 1e-2]}
        adapter: [none, lora]
        merger: none
      paired: optimizer & adapter
      design: {fraction: 1/2, generators: ["adapter = optimizer * merger"], resolution: 3}
      exclude: optimizer=sam & adapter=lora
      seeds: [1, -2]
      metrics: lost
      track: {tensorboard: runs, mlflow: "http://localhost:5000"}
      device: gpu:0
      """;

  private static Set<ValidationMessage> problems(String yaml) {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SCHEMA.validate(JSON.<JsonNode>valueToTree(tree));
  }

  private static Experiment read(String yaml) {
    return ExperimentFile.parse("s.yaml", yaml, Path.of("."), Map.of());
  }

  @Test
  void the_published_schema_is_the_one_that_files_are_read_by() throws IOException {
    if (Boolean.getBoolean("schema.update")) {
      JsonFile.write(RESOURCE, ExperimentFile.schema());
    }
    assertThat(JSON.readTree(RESOURCE.toFile()))
        .as("update it by running this test with -Dschema.update=true")
        .isEqualTo(JSON.readTree(ExperimentFile.schema().toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../experiment/src/main/resources/io/github/palimpsest/experiment/file/quickstart.yaml",
        "../examples/class-incremental.yaml",
        "../examples/first.yaml",
        "../examples/smollm2.yaml",
        "../examples/stories.yaml",
        "../examples/factorial.yaml",
        "../examples/paper/alpaca.yaml",
        "../examples/paper/llama-2-7b.yaml",
        "../examples/paper/llama-2-13b.yaml",
        "../examples/paper/tinyllama.yaml",
        "../examples/paper/study/adds.yaml",
        "../examples/paper/study/compute.yaml",
        "../examples/paper/study/sharpness.yaml",
        "../examples/paper/study/smollm2.yaml",
        "../examples/paper/study/teller.yaml",
        "../examples/paper/study/tune.yaml",
        "../examples/paper/study/tuning.yaml",
        "../examples/paper/study/where.yaml",
        "../bench/simulation.yaml",
        "../bench/simulation-times.yaml"
      })
  void every_example_is_valid(String example) throws IOException {
    String yaml = Files.readString(Path.of(example));
    assertThat(problems(yaml)).isEmpty();
    read(yaml);
  }

  @Test
  void a_file_with_every_key_is_valid_and_is_read() {
    assertThat(problems(GOOD)).isEmpty();
    assertThat(read(GOOD).track())
        .isEqualTo(
            new Track(
                List.of(
                    new Track.Target("tensorboard", "runs"),
                    new Track.Target("mlflow", "http://localhost:5000"))));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name: all            | nome: all
          model: ${shared}/model | model: {classifier: mpl}
          model: ${shared}/model | model: {width: 8}
          model: ${shared}/model | model: {config: a, width: 8}
          model: ${shared}/model | model: {config: a, classifier: mlp}
          model: ${shared}/model | mood: x
          batch: 4             | batch: 0
          batch: 4             | batch: 1.5
          batch: 4             | batch: four
          batch: 4             | batches: 4
          clip-norm: 0.5       | clip-norm: -1
          windows: true        | windows: maybe
          format: text, windows | format: txt, windows
          format: text, windows | format: "txt()", windows
          template: plain      | template: plan
          name: a,             |
          held-out: 1          | held-out: [1]
          {equal: compute}     | {equal: computer}
          {equal: compute}     | {}
          levels: [sgd, sam]   | level: [sgd, sam]
          levels: [sgd, sam]   | levels: []
          lr: [0.1, 1e-2]      | lr: []
          adapter: [none, lora] | adaptor: [none, lora]
          adapter: [none, lora] | adapter: ["(none)", lora]
          merger: none         | merger: []
          optimizer: {levels: [sgd, sam], lr: [0.1, 1e-2]} | rehearsal: none
          optimizer & adapter  | optimizer
          fraction: 1/2        | fraction: 2/3
          resolution: 3        | resolution: 2
          adapter = optimizer * merger | adapter
          optimizer=sam & adapter=lora | optimizer
          seeds: [1, -2]       | seeds: []
          seeds: [1, -2]       | seeds: [one]
          seeds: [1, -2]       | sids: [1]
          device: gpu:0        | device: tpu
          """)
  void what_the_reader_rejects_the_schema_rejects(String good, String bad) {
    assertThat(GOOD).as("the text to spoil").contains(good);
    String spoiled = GOOD.replace(good, bad == null ? "" : bad);
    assertThat(problems(spoiled)).as("problems that an editor shows").isNotEmpty();
    assertThatThrownBy(() -> read(spoiled))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching("s\\.yaml:\\d+:\\d+: .+");
  }
}
