package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns, bad records, several files with weights, and what becomes of examples. */
@Tag("native")
class LayoutKeysTest {
  @TempDir Path temp;

  @BeforeEach
  void data() throws IOException {
    Files.writeString(temp.resolve("a.csv"), "q,r\nred,1\nblue,2\ngreen,3\n");
    Files.writeString(
        temp.resolve("b.jsonl"),
        "{\"q\": \"one\", \"r\": \"red\"}\n{\n{\"q\": \"two\", \"r\": \"blue\"}\n");
    Files.writeString(temp.resolve("t.jsonl"), "{\"q\": \"three\", \"r\": \"green\"}\n");
  }

  private Experiment experiment(String data, String training) {
    String text =
        """
        model: quickstart
        tasks:
          - name: colours
            test: t.jsonl
            columns: {prompt: q, response: r}
            DATA
        training: {TRAINING}
        axes: {optimizer: adamw}
        seeds: [1]
        """
            .replace("DATA", data)
            .replace("TRAINING", training);
    return ExperimentFile.parse("l.yaml", text, temp, Map.of());
  }

  private Map<String, String> inputs(String data, String training) {
    return new TreeMap<>(SharedInputs.of(experiment(data, training), Plugins.onClassPath()));
  }

  @Test
  void weights_repeat_examples_and_bad_records_are_counted_by_file() {
    Experiment e =
        experiment(
            "data: [{path: a.csv, weight: 2}, b.jsonl]\n    on-bad-record: skip", "buckets: 3");
    try (LanguageSubject subject = LanguageSubject.open(e, Plugins.onClassPath())) {
      TaskData task = subject.task(0);
      assertThat(task.examples())
          .extracting(Example::id)
          .containsExactly(
              "colours/0",
              "colours/0~2",
              "colours/1",
              "colours/1~2",
              "colours/2",
              "colours/2~2",
              "colours/3",
              "colours/5");
      assertThat(task.bucket()).isEqualTo(3);
      assertThat(subject.data().trained().get("colours"))
          .containsEntry("read", 6L)
          .containsEntry("used", 5L)
          .containsEntry("dropped_bad", 1L)
          .containsEntry("examples", 8L);
      assertThat(subject.data().sources().get("colours").files().values())
          .containsExactlyInAnyOrder(3L, 3L);
      assertThat(subject.data().sources().get("colours").formats()).containsExactly("prompts");
      assertThat(subject.data().sources().get("colours").firstBad().get(0))
          .contains("b.jsonl:2: not JSON");
    }
  }

  @Test
  void packs_join_short_examples_for_a_model_that_takes_them() {
    try (LanguageSubject subject =
        LanguageSubject.open(
            experiment("data: a.csv", "pack: true, max-length: 16"), Plugins.onClassPath())) {
      assertThat(subject.task(0).examples()).hasSizeLessThan(3);
      assertThat(subject.task(0).examples().get(0).fields()).containsKey(DecoderModel.POSITIONS);
      assertThat(subject.model().batch(subject.task(0).examples()))
          .containsKey(DecoderModel.POSITIONS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'data: a.csv\n    on-bad-record: skip', 'batch: 8', task.1.on-bad-record",
    "'data: a.csv\n    truncation: left', 'batch: 8', task.1.truncation",
    "'data: a.csv\n    max-tokens: 99', 'batch: 8', task.1.max-tokens",
    "'data: a.csv', 'pack: true', training.pack",
    "'data: a.csv', 'buckets: 9', training.buckets",
  })
  void each_option_is_part_of_the_id_where_it_is_set(String data, String training, String key) {
    Map<String, String> plain = inputs("data: a.csv", "batch: 8");
    assertThat(plain).containsEntry("task.1.columns", "prompt=q,response=r");
    Map<String, String> set = inputs(data, training);
    TreeSet<String> added = new TreeSet<>(set.keySet());
    added.removeAll(plain.keySet());
    assertThat(added).containsExactly(key);
  }

  @Test
  void files_and_weights_are_part_of_the_id() {
    Map<String, String> one = inputs("data: a.csv", "batch: 8");
    assertThat(inputs("data: [{path: a.csv}]", "batch: 8")).as("one file once").isEqualTo(one);
    assertThat(inputs("data: [{path: a.csv, weight: 2}]", "batch: 8").get("task.1.data"))
        .isNotEqualTo(one.get("task.1.data"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data: [{path: a.csv, weight: 0}]|weight' is '0', and must be a number above 0 and at most 1000",
        "data: [{path: a.csv, weight: -1}]|weight' is '-1', and must be a number above 0 and at most 1000",
        "data: [{path: a.csv, weight: 1001}]|weight' is '1001', and must be a number above 0 and at most 1000",
        "data: [{path: a.csv, wieght: 2}]|did you mean 'weight'?",
        "data: [a.csv, quickstart:letters]|unknown generated task 'letters'",
        "data: [a.csv, a.csv]|a.csv is given twice",
        "data: []|'data' needs at least one file",
        "data: a.csv#windows: true#truncation: left|'truncation' has no effect",
        "data: gone|'gone' does not exist",
      })
  void what_is_wrong_is_refused_with_its_place(String data, String message) {
    assertThatThrownBy(() -> inputs(data.replace("#", "\n    "), "batch: 8"))
        .hasMessageStartingWith("l.yaml:")
        .hasMessageContaining(message);
  }
}
