package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.subject.Formats;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.experiment.subject.Overlaps;
import io.github.palimpsest.experiment.subject.TaskDocuments;
import io.github.palimpsest.llm.text.Overlap;
import io.github.palimpsest.results.folder.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is trained on and evaluated on, found by its content. */
class OverlapsTest {
  private static final Formats FORMATS = Formats.of(Plugins.onClassPath());

  @TempDir Path temp;

  @BeforeEach
  void data() throws IOException {
    write("a.jsonl", "a b", "c d", "e f");
    write("b.jsonl", "g h", "c  d", "b a");
    write("apart.jsonl", "h a", "h b");
    Files.writeString(
        temp.resolve("choices.jsonl"),
        "{\"query\": \"reverse\\na\", \"choices\": [\"b\", \"c\"], \"gold\": 0}\n"
            + "{\"query\": \"reverse\\nd\", \"choices\": [\"e\", \"f\"], \"gold\": 1}\n"
            + "{\"query\": \" reverse\\nd\", \"choices\": [\"a\", \"f\"], \"gold\": 1}\n");
  }

  /** Prompts whose responses are these. */
  private void write(String file, String... responses) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String response : responses) {
      lines.append("{\"prompt\": \"reverse\\n\", \"response\": \"%s\"}%n".formatted(response));
    }
    Files.writeString(temp.resolve(file), lines);
  }

  private Experiment experiment(String tasks, String more) {
    String text =
        "model: quickstart\ntasks:\n"
            + tasks.indent(2)
            + more
            + "training: {max-length: 24}\naxes: {optimizer: sgd}\nseeds: [1]\n";
    return ExperimentFile.parse("o.yaml", text, temp, Map.of());
  }

  private static Overlaps overlaps(Experiment e) {
    try (LanguageSubject subject = LanguageSubject.open(e, Plugins.onClassPath())) {
      return subject.overlaps();
    }
  }

  @Test
  void a_file_that_is_trained_and_evaluated_on_is_refused_by_name_with_how_much_of_it() {
    Experiment same = experiment("- {name: a, data: a.jsonl, test: a.jsonl}", "");
    assertThatThrownBy(() -> overlaps(same))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "3 of 3 evaluated examples of 'a' are training examples of 'a'. The first is ")
        .hasMessageContaining("a.jsonl:1.")
        .hasMessageContaining("'allow-overlap: true'");
  }

  @Test
  void the_same_records_are_found_in_other_files_other_tasks_and_evaluation_sets() {
    String tasks =
        "- {name: a, data: a.jsonl, test: b.jsonl}\n- {name: b, data: apart.jsonl, held-out: 1}";
    String kept = "evaluation: [{name: kept, data: b.jsonl}]\n";
    assertThatThrownBy(() -> overlaps(experiment(tasks, kept)))
        .hasMessageContaining("1 of 3 evaluated examples of 'a' are training examples of 'a'")
        .hasMessageContaining("1 of 3 evaluated examples of 'kept' are training examples of 'a'")
        .hasMessageContaining("b.jsonl:2");
    String corpus = "corpus: {name: corpus, data: b.jsonl, filter: \"response = 'g h'\"}\n";
    String apart = "- {name: b, data: apart.jsonl, test: b.jsonl}";
    assertThatThrownBy(() -> overlaps(experiment(apart, corpus)))
        .hasMessageContaining("1 of 3 evaluated examples of 'b' are training examples of 'corpus'");
  }

  @Test
  void an_experiment_that_insists_has_them_counted_in_its_results_and_reports() {
    String tasks =
        "- {name: a, data: a.jsonl, test: b.jsonl}\n- {name: b, data: apart.jsonl, held-out: 1}";
    Overlaps counted = overlaps(experiment(tasks, "allow-overlap: true\n"));
    assertThat(counted.pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.evaluated()).isEqualTo("a");
              assertThat(pair.trained()).isEqualTo("a");
              assertThat(pair.examples()).as("'c  d' is 'c d'").isEqualTo(1);
              assertThat(pair.of()).isEqualTo(3);
            });
    assertThat(Json.tree(counted.shared()).at("/evaluated_and_trained/0/examples").asInt())
        .isEqualTo(1);
    assertThat(counted.shared().sentences())
        .containsExactly(
            "1 of 3 evaluated examples of 'a' are training examples of 'a' (allow-overlap).");
  }

  @Test
  void records_that_a_file_has_twice_are_never_on_both_sides_of_its_split() throws IOException {
    String[] twice = new String[16];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = "abcdefgh".charAt(i / 2) + (i % 2 == 0 ? " a" : "  a ");
    }
    write("twice.jsonl", twice);
    Experiment e = experiment("- {name: a, data: twice.jsonl, held-out: 5}", "");
    TaskDocuments documents = TaskDocuments.read(e, e.tasks().get(0), FORMATS);
    assertThat(documents.evaluation().documents()).as("held out").hasSize(5);
    assertThat(documents.training().size() + documents.duplicates()).isEqualTo(16 - 5);
    assertThat(documents.duplicates()).as("partners of what is held out").isBetween(1, 5);
    Overlaps counted = overlaps(e);
    assertThat(counted.pairs()).as("trained and evaluated on").isEmpty();
    assertThat(counted.shared().sentences())
        .containsExactly(
            documents.duplicates()
                + (documents.duplicates() == 1 ? " record" : " records")
                + " of 'a' left out of its training: what is held out has the same"
                + " content.");
  }

  @Test
  void questions_are_compared_with_their_right_answers() {
    String task =
        "- {name: a, data: choices.jsonl, format: choices, measure: accuracy, held-out: 2}";
    TaskDocuments documents =
        TaskDocuments.read(experiment(task, ""), experiment(task, "").tasks().get(0), FORMATS);
    assertThat(documents.training().size() + documents.duplicates()).isEqualTo(1);
    Experiment both =
        experiment(
            "- {name: a, data: choices.jsonl, test: choices.jsonl, format: choices,"
                + " measure: accuracy}",
            "");
    assertThatThrownBy(() -> overlaps(both)).hasMessageContaining("3 of 3 evaluated examples");
  }

  @Test
  void data_with_nothing_in_common_leave_results_as_they_were() {
    Experiment apart = experiment("- {name: a, data: a.jsonl, test: apart.jsonl}", "");
    assertThat(overlaps(apart)).isEqualTo(Overlaps.NONE);
    assertThat(Overlaps.NONE.shared()).as("no new field").isNull();
    String all =
        """
        - {name: facts, data: "quickstart:facts"}
        - {name: reversing, data: "quickstart:reversing"}
        - {name: sorting, data: "quickstart:sorting"}\
        """;
    assertThat(overlaps(experiment(all, ""))).as("the quickstart").isEqualTo(Overlaps.NONE);
  }

  @Test
  void more_pairs_than_a_message_can_name_are_counted() {
    Overlap one = new Overlap("a", "b", 1, 2, "a.jsonl:1");
    Overlaps many = new Overlaps(Collections.nCopies(5, one), Overlaps.NONE.duplicates());
    Experiment e = experiment("- {name: a, data: a.jsonl, test: apart.jsonl}", "");
    assertThatThrownBy(() -> many.allowed(e)).hasMessageContaining("; and 2 more such pairs");
  }
}
