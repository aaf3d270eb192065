package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.subject.Formats;
import io.github.palimpsest.experiment.subject.TaskDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilteredDataTest {
  private static final Formats FORMATS = Formats.of(Plugins.onClassPath());

  @TempDir Path temp;

  @BeforeEach
  void data() throws IOException {
    Files.writeString(
        temp.resolve("train.csv"), "prompt,response,lang\na,1,en\nb,2,de\nc,3,en\nd,4,en\n");
    Files.writeString(
        temp.resolve("test.jsonl"),
        "{\"prompt\": \"x\", \"response\": \"9\", \"level\": 1}\n"
            + "{\"prompt\": \"y\", \"response\": \"8\", \"level\": 2}\n");
  }

  private Experiment experiment(String more) {
    String text =
        """
        name: filtered
        model: quickstart
        tasks:
          - name: numbers
            data: train.csv
            format: prompts
            test: test.jsonl
            MORE
        axes: {optimizer: adamw}
        seeds: [1]
        """
            .replace("MORE", more);
    return ExperimentFile.parse("f.yaml", text, temp, Map.of());
  }

  @Test
  void training_and_test_records_have_filters_of_their_own() {
    Experiment e = experiment("filter: lang = 'en'\n    test-filter: level > 1");
    TaskDocuments documents = TaskDocuments.read(e, e.tasks().get(0), FORMATS);
    assertThat(documents.training())
        .extracting(d -> d.exchanges().get(0).response())
        .containsExactly("1", "3", "4");
    assertThat(documents.evaluation().documents())
        .extracting(d -> d.exchanges().get(0).response())
        .containsExactly("8");
    Experiment limited = experiment("filter: lang = 'en'\n    limit: 2");
    assertThat(TaskDocuments.read(limited, limited.tasks().get(0), FORMATS).training())
        .as("a limit counts what the filter lets through")
        .hasSize(2);
  }

  @Test
  void a_filter_is_part_of_what_determines_results_and_a_test_filter_of_the_scores_alone() {
    SortedMap<String, String> plain = SharedInputs.of(experiment(""), Plugins.onClassPath());
    SortedMap<String, String> filtered =
        SharedInputs.of(experiment("filter: lang = 'en'"), Plugins.onClassPath());
    assertThat(plain).containsKey("task.1.reader").doesNotContainKey("task.1.filter");
    assertThat(filtered).containsEntry("task.1.filter", "lang = 'en'");
    assertThat(filtered.get("task.1.reader")).startsWith("DuckDB v");
    assertThat(SharedInputs.of(experiment("test-filter: level > 1"), Plugins.onClassPath()))
        .containsEntry("task.1.test-filter", "level > 1");
  }

  @Test
  void a_wrong_filter_is_refused_at_its_place_in_the_file() {
    assertThatThrownBy(() -> experiment("filter: lang = ="))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("f.yaml:8:13: filter \"lang = =\": ");
    assertThatThrownBy(() -> experiment("filter: random() < 0.1"))
        .hasMessageStartingWith("f.yaml:8:13: ")
        .hasMessageContaining("random");
    Experiment unknown = experiment("test-filter: depth > 1");
    assertThatThrownBy(() -> TaskDocuments.read(unknown, unknown.tasks().get(0), FORMATS))
        .hasMessageStartingWith("f.yaml:8:18: ")
        .hasMessageContaining("depth");
    assertThatThrownBy(
            () ->
                ExperimentFile.parse(
                    "f.yaml",
                    """
                    model: quickstart
                    tasks: [{name: a, data: "quickstart:facts", filter: "true"}]
                    axes: {optimizer: adamw}
                    seeds: [1]
                    """,
                    temp,
                    Map.of()))
        .hasMessage(
            "f.yaml:2:45: 'filter' is for files, and has no effect on 'quickstart:facts': remove"
                + " it");
  }
}
