package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid of one cell that trains a classifier, saved and asked. */
@Tag("native")
class ClassifyCommandTest {
  private static final String FILE =
      """
      name: films
      variables: {scenario: class-incremental}
      model: {classifier: mlp, scenario: "${scenario}", width: 8}
      tasks: [{name: films, data: films.json, test: test.json, measure: accuracy}]
      training: {epochs: 20, batch: 4}
      axes: {optimizer: adam(lr=0.05)}
      seeds: [1]
      """;

  @TempDir Path temp;

  private Path run(String scenario) throws IOException {
    Files.writeString(temp.resolve("films.yaml"), FILE);
    Files.writeString(
        temp.resolve("films.json"),
        """
        [{"sentence": "a moving film", "label": "good"}, {"sentence": "dull film", "label": "bad"},
         {"sentence": "moving and funny", "label": "good"}, {"sentence": "dull and long", "label": "bad"}]
        """);
    Files.writeString(
        temp.resolve("test.json"), "[{\"sentence\": \"funny film\", \"label\": \"good\"}]");
    Path out = temp.resolve(scenario);
    Command.run("run", temp.resolve("films.yaml"), "--set", "scenario=" + scenario, "--out", out)
        .ok();
    return out;
  }

  @Test
  void a_trained_classifier_is_saved_and_knows_its_training_texts() throws IOException {
    Path model = temp.resolve("model");
    Command.run("save", run("class-incremental"), "--out", model).ok();

    String said = Command.run("classify", model, "moving and funny", "dull and long").ok().out();
    assertThat(said.lines())
        .satisfiesExactly(
            first -> assertThat(first).matches("good  0\\.9\\d\\d  moving and funny|good  1.*"),
            second -> assertThat(second).matches("bad  0\\.9\\d\\d  dull and long|bad  1.*"));
    assertThat(Command.run("classify", model, "--task", "1", "film").refusal(2))
        .contains("--task 1: a text may have any class of this class-incremental stream");
  }

  @Test
  void the_task_of_a_text_must_be_told_where_tasks_are_known() throws IOException {
    Path model = temp.resolve("model");
    Command.run("save", run("task-incremental"), "--out", model).ok();

    assertThat(Command.run("classify", model, "film").refusal(2))
        .contains("--task is needed, from 1 to 1, for this task-incremental stream");
    assertThat(Command.run("classify", model, "--task", "1", "dull").ok().out()).startsWith("bad ");
    assertThat(Command.run("save", temp.resolve("task-incremental"), "--out", model).refusal(2))
        .contains("already exists; models are saved to a new folder");
  }
}
