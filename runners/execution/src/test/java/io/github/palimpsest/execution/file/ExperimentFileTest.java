package io.github.palimpsest.execution.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.execution.ToyRun;
import io.github.palimpsest.experiment.file.Axis;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.GridPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ExperimentFileTest {
  public static final String GOOD =
      """
      name: stories
      variables:
        shared: ../shared
        data: ${shared}/data
      model: ${shared}/models/tiny
      tasks:
        - {name: a, data: "${data}/a.json", format: instructions, template: plain, limit: 50, held-out: 10}
        - name: b
          data: ${data}/b.txt
          format: text
          separator: "\\n\\n"
          test: t.txt
      evaluation:
        - {name: kept, data: "${data}/k.txt", format: text, separator: "<|end|>", limit: 7}
      training:
        epochs: 2
        batch: 4
        accumulation: 2
        max-length: 128
        clip-norm: 1
        checkpoint-every: 10
      axes:
        optimizer: [adamw, "sam(rho=0.1, base=adamw)"]
        strategy:
          - none
          - ewc(lambda=10, examples=5)
      seeds: [1, 2]
      exclude:
        - optimizer=sam & strategy=ewc
      device: cpu
      """;

  private static Experiment read(String text) {
    return ExperimentFile.parse("x.yaml", text, Path.of("."), Map.of());
  }

  @Test
  void every_value_of_a_file_arrives() {
    Experiment e = read(GOOD);
    assertThat(e.model()).as("variable in the model").hasToString("../shared/models/tiny");
    assertThat(e.tasks()).extracting(DataSet::name).as("order of tasks").containsExactly("a", "b");
    assertThat(e.tasks().get(0).data().toString())
        .as("a variable defined by another")
        .isEqualTo("../shared/data/a.json");
    assertThat(e.tasks().get(1).separator()).as("escapes in quotes").isEqualTo("\n\n");
    assertThat(e.training()).isEqualTo(new Training(2, 0, 4, 2, 10));
    assertThat(e.clipNorm()).isEqualTo(1);
    assertThat(e.axes()).extracting(Axis::name).containsExactly("optimizer", "strategy");
    assertThat(e.axes().get(1).levels().get(1).text()).hasToString("ewc(examples=5, lambda=10)");
    assertThat(e.seeds()).containsExactly(1L, 2L);
    assertThat(e.exclusions()).singleElement().hasToString("optimizer=sam & strategy=ewc");
  }

  @Test
  void a_merge_key_is_refused_as_what_it_is() {
    assertThatThrownBy(() -> read(GOOD.replace("- name: b", "- <<: {limit: 3}\n    name: b")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("merge keys ('tasks[1].<<') are not supported: write the keys out");
  }

  @Test
  void what_is_claimed_is_declared_before_anything_runs() {
    Experiment none = read(GOOD);
    assertThat(none.analysis()).isEmpty();
    Experiment e = read(GOOD + "analysis: {primary: [forgetting, drift of kept], margin: 0.05}\n");
    assertThat(e.analysis())
        .hasValue(new GridPlan.Declared(List.of("forgetting", "drift of kept"), 0.05));
    assertThatThrownBy(() -> read(GOOD + "analysis: {margin: -1}\n"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("margin")
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> read(GOOD + "analysis: {primry: [forgetting]}\n"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("primry")
        .hasMessageContaining("primary");
  }

  @Test
  void a_value_from_the_command_line_replaces_a_variable_and_what_uses_it() {
    Experiment e =
        ExperimentFile.parse("x.yaml", GOOD, Path.of("."), Map.of("shared", "/elsewhere"));
    assertThat(e.tasks().get(0).data().toString()).isEqualTo("/elsewhere/data/a.json");
  }

  @Test
  void names_that_differ_in_unicode_form_only_are_one_name() {
    String composed = "\u00e9";
    String decomposed = "e\u0301";
    assertThat(read(GOOD.replace("name: a,", "name: " + decomposed + ",")).tasks().get(0).name())
        .isEqualTo(composed);
    assertThatThrownBy(
            () ->
                read(
                    GOOD.replace("name: a,", "name: " + decomposed + ",")
                        .replace("name: kept", "name: " + composed)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("there is another task or evaluation set '" + composed + "'");
    String variables = "variables:\n  " + composed + ": a\n";
    assertThatThrownBy(
            () -> read(GOOD.replace("variables:\n", variables + "  " + decomposed + ": b\n")))
        .hasMessageEndingWith("key '" + composed + "' is given twice");
    Experiment given =
        ExperimentFile.parse(
            "x.yaml",
            GOOD.replace("variables:\n", variables).replace("a.json", "${" + decomposed + "}"),
            Path.of("."),
            Map.of(decomposed, "b.json"));
    assertThat(given.tasks().get(0).data().files().get(0).written().text()).endsWith("/b.json");
  }

  @Test
  void a_number_of_steps_without_epochs_is_reached_whatever_the_size_of_a_task() {
    Experiment e = read(GOOD.replace("epochs: 2", "steps: 30"));
    // 5 examples in batches of 4 are 2 steps an epoch
    assertThat(e.training().steps(5)).isEqualTo(30);
  }

  @Test
  void a_file_that_ends_within_an_escape_is_no_yaml() {
    for (String cut : new String[] {"name: \"a\\u", "name: \"a\\x", "name: \"a\\"}) {
      assertThatThrownBy(() -> ExperimentFile.parse("x.yaml", cut, Path.of("."), Map.of()))
          .as(cut)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("this is not YAML");
    }
  }

  @ParameterizedTest(name = "{0} -> {1}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          seeds: [1, 2]          | seedz: [1, 2]                  | x.yaml:27:1: | did you mean 'seeds'?
          batch: 4               | batches: 4                     | x.yaml:17:3: | unknown key 'training.batches'; did you mean 'batch'?
          batch: 4               | batch: 0                       | x.yaml:17:10: | 'training.batch' is '0', and must be a whole number from 1 to 2147483647
          batch: 4               | batch: four                    | x.yaml:17:10: | 'training.batch' is 'four'
          batch: 4               | batch: [4]                     | x.yaml:17:10: | must be one value
          clip-norm: 1           | clip-norm: -1                  | x.yaml:20:14: | must be a number of at least 0
          accumulation: 2        | accumulation: 5                | x.yaml:18:17: | a whole number from 1 to 4
          accumulation: 2        | compute: float16               | x.yaml:18:12: | 'training.compute' is 'float16'; did you mean 'bfloat16'? (one of float32, bfloat16)
          epochs: 2              | batch: 2                       | x.yaml:17:3: | key 'batch' is given twice
          format: text           | format: txt                    | x.yaml:10:13: | did you mean 'text'?
          name: b                | name: a                        | x.yaml:8:5: | there is another task or evaluation set 'a'
          name: b                | nome: b                        | x.yaml:8:5: | unknown key 'tasks[1].nome'; did you mean 'name'?
          template: plain        | template: plan                 | x.yaml:7:71: | did you mean 'plain'?
          model: ${shared}/models/tiny | model: ${shred}/x        | x.yaml:5:8: | unknown variable '${shred}'; did you mean 'shared'?
          model: ${shared}/models/tiny | muddle: x                | x.yaml:5:1: | unknown key 'muddle'
          - none                 | - none(                        | x.yaml:25:7: | expected a setting name
          optimizer: [adamw, "sam(rho=0.1, base=adamw)"] | optimizer: [adamw, sam(rho=0.1, base=adamw)] | x.yaml:23:22: | must be quoted
          optimizer: [adamw, "sam(rho=0.1, base=adamw)"] | optimiser: [adamw]  | x.yaml:23:3: | did you mean 'optimizer'?
          optimizer: [adamw, "sam(rho=0.1, base=adamw)"] | rehearsal: [none]   | x.yaml:23:3: | 'axes.optimizer' is missing
          seeds: [1, 2]          | seeds: [1, 1]                  | x.yaml:27:12: | seed 1 is given twice
          seeds: [1, 2]          | seeds: []                      | x.yaml:27:1: | at least one
          - optimizer=sam & strategy=ewc | - optimizer             | x.yaml:29:5: | is not KIND=NAME
          - optimizer=sam & strategy=ewc | - optimiser=sam         | x.yaml:29:5: | did you mean 'optimizer'?
          device: cpu            | device: tpu                    | x.yaml:30:9: | neither cpu nor gpu:N
          name: stories          | name: [stories                 | x.yaml:2:10: | this is not YAML
          data: ${data}/b.txt    | data: "quickstart:fcats"       | x.yaml:9:11: | unknown generated task 'fcats'; did you mean 'facts'?
          name: stories          | name: "\u0001"               | x.yaml:1:8: | this is not YAML: the character U+0001 is not allowed
          """)
  void a_mistake_is_reported_with_file_line_and_column(
      String good, String bad, String place, String message) {
    assertThat(GOOD).as("the text to spoil").contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "template: plain",
        "separator: X",
        "windows: true",
        "filter: a = 1",
        "columns: {prompt: q}",
        "on-bad-record: skip",
        "test-filter: a = 1"
      })
  void a_key_of_files_is_refused_by_name_where_all_data_are_generated(String key) {
    String name = key.substring(0, key.indexOf(':'));
    assertThatThrownBy(() -> read(generated(key)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "x.yaml:4:5: '"
                + name
                + "' is for files, and has no effect on 'quickstart:facts': remove it");
    read(generated(key + "\n    test: file.jsonl")); // here it has an effect on the file
  }

  private static String generated(String more) {
    return """
        model: quickstart
        tasks:
          - data: quickstart:facts
            MORE
            name: facts
        axes: {optimizer: adamw}
        seeds: [1]
        """
        .replace("MORE", more);
  }

  @Test
  void a_limit_of_a_test_file_needs_one() {
    assertThatThrownBy(() -> read(GOOD.replace("limit: 50", "test-limit: 50")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("'test-limit' needs 'test: FILE'");
  }

  @Test
  void an_unknown_variable_from_the_command_line_is_refused() {
    assertThatThrownBy(
            () -> ExperimentFile.parse("x.yaml", GOOD, Path.of("."), Map.of("shard", "y")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("x.yaml:3:3: the file declares no variable 'shard'; did you mean 'shared'?");
  }

  @Test
  void a_mistyped_probe_or_metric_is_told_at_planning() {
    assertThatThrownBy(() -> ToyRun.plan("{optimizer: [sgd]}\nprobes: [kldrift]"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("toy.yaml:11:10: unknown component 'kldrift'");
    assertThatThrownBy(() -> ToyRun.plan("{optimizer: [sgd]}\nmetrics: [forgeting]"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("toy.yaml:11:11: unknown component 'forgeting'");
  }

  @Test
  void a_mistyped_primary_outcome_is_told_with_its_own_place() {
    assertThatThrownBy(() -> ToyRun.plan("{optimizer: [sgd]}\nanalysis:\n  primary: [lost, losst]"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("toy.yaml:12:19: primary outcome 'losst' is no metric")
        .hasMessageContaining("did you mean 'lost'? (there are lost, drift of kept)");
  }

  @Test
  void a_missing_or_empty_file_is_named() {
    assertThatThrownBy(() -> ExperimentFile.read(Path.of("no-such.yaml"), Map.of()))
        .hasMessage("experiment file 'no-such.yaml' does not exist");
    assertThatThrownBy(() -> read("# nothing\n")).hasMessageContaining("is empty");
    assertThatThrownBy(() -> read("- a\n")).hasMessageStartingWith("x.yaml:1:1:");
  }

  @Test
  void aFileOfBracketsAloneIsRefusedBeforeTheStackIsUsedUp() {
    for (String open : new String[] {"[", "{a: ", "- ", "&a [", "? "}) {
      assertThatThrownBy(
              () ->
                  ExperimentFile.parse(
                      "x.yaml", "a:\n  " + open.repeat(100_000), Path.of("."), Map.of()))
          .as("100,000 times '%s'", open)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith("x.yaml:2:")
          .hasMessageEndingWith("lists and mappings nest more than 64 deep");
    }
    assertThatThrownBy(
            () -> ExperimentFile.parse("x.yaml", "#".repeat(1_000_001), Path.of("."), Map.of()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("has 1000001 characters; at most 1000000 are read");
  }
}
