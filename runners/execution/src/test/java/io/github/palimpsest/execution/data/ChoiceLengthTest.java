package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions of an experiment that are longer than its model is given. */
@Tag("native")
class ChoiceLengthTest {
  private static final String RECORD =
      "{\"query\": \"%s\", \"choices\": [\"b\", \"%s\"], \"gold\": 0}%n";

  @TempDir Path temp;

  private LanguageSubject open(int length) {
    String text =
        """
        model: quickstart
        tasks:
          - {name: a, data: trained.jsonl, test: tested.jsonl, format: choices, measure: accuracy}
        evaluation:
          - {name: kept, data: kept.jsonl, format: choices, measure: accuracy}
        training:
          max-length: %d
        axes: {optimizer: sgd}
        seeds: [1]
        """
            .formatted(length);
    return LanguageSubject.open(
        ExperimentFile.parse("l.yaml", text, temp, Map.of()), Plugins.onClassPath());
  }

  private void write(String trained, String tested, String kept) throws IOException {
    Files.writeString(temp.resolve("trained.jsonl"), trained);
    Files.writeString(temp.resolve("tested.jsonl"), tested);
    Files.writeString(temp.resolve("kept.jsonl"), kept);
  }

  @Test
  void those_whose_beginning_is_cut_are_counted_for_tasks_and_kept_sets() throws IOException {
    String longer = "a ".repeat(10) + "a";
    write(
        RECORD.formatted("d", "c"),
        RECORD.formatted("e", "c") + RECORD.formatted(longer, "c"),
        RECORD.formatted("f", "c")
            + RECORD.formatted(longer + " e", "c")
            + RECORD.formatted(longer + " f", "c"));
    try (LanguageSubject subject = open(8)) {
      assertThat(subject.data().evaluated().get("a")).containsEntry("cut", 1L);
      assertThat(subject.data().evaluated().get("kept")).containsEntry("cut", 2L);
      assertThat(subject.data().sentences(false))
          .contains("'a', evaluated: 2 records read, 2 used, 1 cut to 8 tokens");
    }
  }

  @Test
  void a_choice_that_alone_is_too_long_is_refused_with_its_record_before_anything_is_trained()
      throws IOException {
    write(
        RECORD.formatted("d", "c"),
        RECORD.formatted("e", "c"),
        RECORD.formatted("f", "c") + RECORD.formatted("f", "c ".repeat(9).strip()));
    assertThatThrownBy(() -> open(8))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("l.yaml:5:5: set 'kept': 1 of 2 items has a choice or target with")
        .hasMessageContaining("more than the 8 tokens that the model is given")
        .hasMessageEndingWith(
            "kept.jsonl:2: choice 1 has 9 tokens; 'filter' can leave such records out");
  }

  @Test
  void a_length_that_the_model_does_not_have_is_refused_at_its_line() throws IOException {
    String one = RECORD.formatted("d", "c");
    write(one, one, one);
    assertThatThrownBy(() -> open(25))
        .hasMessage("l.yaml:7:3: 'training.max-length' is 25, and the model has only 24 positions");
  }
}
