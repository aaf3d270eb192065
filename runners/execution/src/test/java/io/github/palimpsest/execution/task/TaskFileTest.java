package io.github.palimpsest.execution.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.evaluation.PreparedTask;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskFile;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.task.TaskItem;
import io.github.palimpsest.llm.task.TaskMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class TaskFileTest {
  /** A task of a user, with data beside it. */
  public static final String GOOD =
      """
      name: colours
      title: Colours of things
      data:
        files: {test: colours.jsonl, train: more.jsonl}
      context: "What colour is {{thing}}?"
      choices: {each: colours}
      gold: "{{colour}}"
      labels: {each: colours}
      shots: {number: 1, from: [train], order: first}
      measures: [acc, accuracy]
      """;

  @TempDir Path temp;

  private final PluginRegistry registry = Plugins.onClassPath();

  private TaskRecords records() {
    return new TaskRecords(temp.resolve("data"), new HubCache(temp.resolve("hub")));
  }

  private static PreparedTask.Wish all() {
    return new PreparedTask.Wish(0, OptionalInt.empty(), Optional.empty());
  }

  @Test
  void a_users_task_is_found_by_its_path_and_finds_its_data() throws IOException {
    Path file = Files.writeString(temp.resolve("colours.yaml"), GOOD);
    Files.writeString(
        temp.resolve("colours.jsonl"),
        "{\"thing\": \"snow\", \"colours\": [\"red\", \"white\"], \"colour\": \"white\"}\n");
    Files.writeString(
        temp.resolve("more.jsonl"),
        "{\"thing\": \"blood\", \"colours\": [\"red\", \"white\"], \"colour\": \"red\"}\n");
    TaskCatalog catalog = TaskCatalog.builtIn(registry);
    TaskCatalog.Entry entry = catalog.find(List.of(file.toString())).get(0);
    assertThat(entry.task().measures())
        .extracting(TaskMeasure::name)
        .containsExactly("acc", "accuracy");
    PreparedTask prepared = PreparedTask.of(entry, records(), all());
    String context = "What colour is blood? red\n\nWhat colour is snow?";
    assertThat(prepared.items())
        .containsExactly(
            new TaskItem.Choice(
                "colours/0",
                List.of(new TaskItem.Pair(context, " red"), new TaskItem.Pair(context, " white")),
                List.of("red", "white"),
                Set.of(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"``|` white`", "`delimiter: \"\"`|`white`", "`delimiter: \" => \"`|` => white`"})
  void a_delimiter_stands_before_the_target_that_is_scored_and_in_examples(
      String delimiter, String scored) throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("t.yaml"),
            "name: t\ndata: {files: {test: t.jsonl, train: u.jsonl}}\n"
                + "context: \"{{thing}}\"\ntarget: \"{{colour}}\"\n"
                + "shots: {number: 1, from: [train], order: first}\nmeasures: [acc]\n"
                + delimiter
                + "\n");
    Files.writeString(temp.resolve("t.jsonl"), "{\"thing\": \"snow\", \"colour\": \"white\"}\n");
    Files.writeString(temp.resolve("u.jsonl"), "{\"thing\": \"milk\", \"colour\": \"white\"}\n");
    TaskCatalog.Entry entry = TaskCatalog.builtIn(registry).find(List.of(file.toString())).get(0);
    assertThat(PreparedTask.of(entry, records(), all()).items())
        .containsExactly(
            new TaskItem.Completion(
                "t/0", new TaskItem.Pair("milk" + scored + "\n\nsnow", scored)));
  }

  @Test
  void examples_can_have_another_delimiter_than_the_question() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("t.yaml"),
            """
            name: t
            data: {files: {test: t.jsonl, train: u.jsonl}}
            context: "{{thing}}"
            delimiter: ""
            target: " {{colour}}"
            shots: {number: 1, from: [train], order: first, delimiter: " is"}
            measures: [acc]
            """);
    Files.writeString(temp.resolve("t.jsonl"), "{\"thing\": \"snow\", \"colour\": \"white\"}\n");
    Files.writeString(temp.resolve("u.jsonl"), "{\"thing\": \"coal\", \"colour\": \"black\"}\n");
    TaskCatalog.Entry entry = TaskCatalog.builtIn(registry).find(List.of(file.toString())).get(0);
    assertThat(PreparedTask.of(entry, records(), all()).items())
        .containsExactly(
            new TaskItem.Completion("t/0", new TaskItem.Pair("coal is black\n\nsnow", " white")));
  }

  @Test
  void a_target_that_begins_with_white_space_after_a_delimiter_is_refused() throws IOException {
    String text =
        "name: t\ndata: {files: {test: t.jsonl}}\ncontext: \"{{thing}}\"\n"
            + "target: \" {{colour}}\"\nmeasures: [acc]\n";
    Files.writeString(temp.resolve("t.jsonl"), "{\"thing\": \"snow\", \"colour\": \"white\"}\n");
    Path file = Files.writeString(temp.resolve("t.yaml"), text);
    TaskCatalog catalog = TaskCatalog.builtIn(registry);
    TaskCatalog.Entry twice = catalog.find(List.of(file.toString())).get(0);
    assertThatThrownBy(() -> PreparedTask.of(twice, records(), all()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("t.jsonl:1")
        .hasMessageContaining("the target ' white' begins with white space")
        .hasMessageContaining("delimiter: \"\"");
    Files.writeString(file, text + "delimiter: \"\"\n");
    assertThat(
            PreparedTask.of(catalog.find(List.of(file.toString())).get(0), records(), all())
                .items())
        .containsExactly(new TaskItem.Completion("t/0", new TaskItem.Pair("snow", " white")));
  }

  @Test
  void variants_are_tasks_of_their_own() {
    List<BenchmarkTask> tasks =
        TaskFile.read(
            "x.yaml",
            """
            name: q_${variant}
            variants: [a_b, c]
            data: {set: o/n, config: "${variant}"}
            description: "About ${words}. "
            context: "{{q}}"
            target: "{{a}}"
            measures: [acc]
            """,
            registry);
    assertThat(tasks).extracting(BenchmarkTask::name).containsExactly("q_a_b", "q_c");
    assertThat(tasks.get(0).description().orElseThrow().render(Map.of())).isEqualTo("About a b. ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "measures: [acc, accuracy]|measures: [ac]|x.yaml:10:12: unknown measure 'ac'; did you mean 'acc'?",
        "measures: [acc, accuracy]|measures: [exact-match]|does not score what this task asks",
        "measures: [acc, accuracy]|measurs: [acc]|unknown key 'measurs'; did you mean 'measures'?",
        "context: \"What colour is {{thing}}?\"|context: \"{{ thing\"|x.yaml:5:10",
        "choices: {each: colours}|target: x|'gold' does not go with 'target'",
        "name: colours|name: ../x|task name '../x'",
        "order: first|order: last|'shots.order' is 'last'",
        "number: 1|number: 1001|must be a whole number from 0 to 1000",
        "files: {test: colours.jsonl, train: more.jsonl}|set: colours|is not the name of a data set",
        "files: {test: colours.jsonl, train: more.jsonl}|splits: [test]|needs 'set'",
      })
  void a_wrong_file_is_refused_with_its_place(String what, String by, String message) {
    assertThat(GOOD).contains(what);
    assertThatThrownBy(() -> TaskFile.read("x.yaml", GOOD.replace(what, by), registry))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("x.yaml:")
        .hasMessageContaining(message);
  }

  @Test
  void missing_data_are_named_with_the_place_where_they_belong() {
    TaskCatalog.Entry arc = TaskCatalog.builtIn(registry).find(List.of("arc_easy")).get(0);
    assertThatThrownBy(() -> PreparedTask.of(arc, records(), all()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("allenai/ai2_arc, configuration ARC-Easy")
        .hasMessageContaining(temp.resolve("data/allenai/ai2_arc/ARC-Easy/test.jsonl").toString())
        .hasMessageContaining("palimpsest data");
  }

  @Test
  void data_are_found_in_the_folder_and_then_in_the_cache_of_the_hub() throws IOException {
    TaskCatalog.Entry arc = TaskCatalog.builtIn(registry).find(List.of("arc_easy")).get(0);
    Path snapshot =
        Files.createDirectories(
            temp.resolve("hub/datasets--allenai--ai2_arc/snapshots/abc/ARC-Easy"));
    Path cached = Files.writeString(snapshot.resolve("test-00000-of-00001.parquet"), "");
    assertThat(records().find(arc, List.of("test", "validation")))
        .contains(new TaskRecords.Split("test", List.of(cached)));
    Path folder = Files.createDirectories(temp.resolve("data/allenai/ai2_arc/ARC-Easy"));
    Path own = Files.writeString(folder.resolve("validation.jsonl"), "{}\n");
    assertThat(records().find(arc, List.of("validation")))
        .contains(new TaskRecords.Split("validation", List.of(own)));
  }

  @Test
  void suites_have_known_members() {
    TaskCatalog catalog = TaskCatalog.builtIn(registry);
    assertThat(catalog.find(List.of("@mmlu"))).hasSize(57);
    // 57 of MMLU, RACE, OpenBookQA, 7 of reasoning, ARC-challenge
    assertThat(catalog.find(List.of("@paper"))).hasSize(57 + 2 + 7 + 1);
    catalog.suites().forEach(s -> assertThat(catalog.find(List.of("@" + s.name()))).isNotEmpty());
    assertThatThrownBy(() -> catalog.find(List.of("arc_esay")))
        .hasMessageContaining("did you mean 'arc_easy'?");
    assertThatThrownBy(() -> catalog.find(List.of("@papr")))
        .hasMessageContaining("did you mean 'paper'?");
  }
}
