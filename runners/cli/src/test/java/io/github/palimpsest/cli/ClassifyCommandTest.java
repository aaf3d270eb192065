package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void texts_of_a_file_and_of_standard_input_are_classified_one_object_each() throws IOException {
    Path model = temp.resolve("model");
    Command.run("save", run("class-incremental"), "--out", model).ok();
    String both = "moving and funny\ndull and long\n";
    Path lines = Files.writeString(temp.resolve("lines.txt"), both);
    Path records =
        Files.writeString(
            temp.resolve("records.jsonl"),
            "{\"sentence\": \"moving and funny\"}\n{\"sentence\": \"dull and long\"}\n");

    String said = Command.run("classify", model, "moving and funny", "dull and long").ok().out();
    assertThat(Command.run("classify", model, "--texts", lines).ok().out()).isEqualTo(said);
    String json = Command.run("classify", model, "--texts", lines, "--json").ok().out();
    assertThat(json.lines())
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .startsWith("{\"text\":\"moving and funny\",\"class\":\"good\",\"prob"),
            two -> assertThat(two).startsWith("{\"text\":\"dull and long\",\"class\":\"bad\","));
    Object[] keyed = {"classify", model, "--texts", records, "--key", "sentence", "--json"};
    assertThat(Command.run(keyed).ok().out()).isEqualTo(json);
    InputStream before = System.in;
    try {
      for (String given : List.of(both, Files.readString(records))) {
        System.setIn(new ByteArrayInputStream(given.getBytes(StandardCharsets.UTF_8)));
        keyed[3] = "-";
        assertThat(Command.run(keyed).ok().out()).isEqualTo(json);
      }
    } finally {
      System.setIn(before);
    }
    assertThat(Command.run("classify", model, "--texts", records).refusal(2))
        .contains("records.jsonl:1 has no key 'text'; known: sentence; --key names the key");
    Files.writeString(lines, "a\n\nb\n");
    assertThat(Command.run("classify", model, "--texts", lines).refusal(2))
        .contains("lines.txt:2: the line is empty");
    assertThat(Command.run("classify", model, "--texts", lines, "film").refusal(2))
        .contains("either --texts", "or TEXT 'film', not both");
    assertThat(Command.run("classify", model).refusal(2))
        .contains("there is no text: give TEXT, or --texts FILE");
    assertThat(Command.run("classify", model, "film", "--key", "a").refusal(2))
        .contains("--key a is for the records of --texts");
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
