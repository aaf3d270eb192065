package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts whose answers are generated, and the 24 positions of the quickstart's model. */
@Tag("native")
class PromptLengthTest {
  /** One token for each letter, and one for the beginning. */
  private static final String RECORD = "{\"prompt\": \"%s\", \"response\": \" b c\"}\n";

  @TempDir Path temp;

  private LanguageSubject open(String answerTokens) {
    Plan plan = plan(answerTokens, "");
    return LanguageSubject.open(plan.experiment(), plan.registry());
  }

  private Plan plan(String answerTokens, String adapters) {
    String text =
        """
        model: quickstart
        tasks:
          - {name: a, data: trained.jsonl, test: tested.jsonl, measure: exact-match%s}
        evaluation:
          - {name: kept, data: kept.jsonl, measure: exact-match}
        training: {steps: 1, max-length: 8}
        axes: {optimizer: sgd%s}
        seeds: [1]
        """
            .formatted(answerTokens, adapters);
    return Plan.of(ExperimentFile.parse("l.yaml", text, temp, Map.of()), Plugins.onClassPath());
  }

  private void write(String kept, String... tested) throws IOException {
    Files.writeString(temp.resolve("trained.jsonl"), RECORD.formatted("f"));
    Files.writeString(temp.resolve("kept.jsonl"), RECORD.formatted(kept));
    Files.writeString(
        temp.resolve("tested.jsonl"),
        String.join("", Arrays.stream(tested).map(RECORD::formatted).toList()));
  }

  private static String letters(int n) {
    return "a ".repeat(n - 1) + "a";
  }

  @Test
  void a_prompt_that_does_not_fit_with_its_answer_is_refused_with_its_record_before_any_training()
      throws IOException {
    write("d", "e", letters(22), letters(30));
    // 1 + 22 tokens and 2 of the answer are 25, 1 + 30 and 2 are 33
    assertThatThrownBy(() -> open(""))
        .hasMessageStartingWith(
            "l.yaml:3:5: set 'a': 2 of 3 items have a prompt and answer with more than the 24"
                + " tokens that the model is given; the first is ")
        .hasMessageEndingWith(
            "tested.jsonl:2: the prompt has 23, with its answer it has 25 tokens; 'test-filter'"
                + " can leave such records out");
    write(letters(23), "e");
    assertThatThrownBy(() -> open(""))
        .hasMessageStartingWith("l.yaml:5:5: set 'kept': 1 of 1 items has a prompt and answer")
        .hasMessageEndingWith("; 'filter' can leave such records out");
  }

  @Test
  void a_prompt_may_fill_the_positions_beyond_the_length_of_training_examples() throws IOException {
    write("d", letters(21));
    try (LanguageSubject subject = open("")) {
      assertThat(subject.score("a", subject.pretrained(1)).value()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void an_answer_counts_with_the_tokens_that_may_be_generated_of_it() throws IOException {
    write("d", letters(22));
    try (LanguageSubject subject = open(", max-new-tokens: 1")) {
      assertThat(subject.items("a")).hasSize(1);
    }
  }

  @Test
  void a_prompt_that_does_not_fit_after_the_rows_of_an_adapter_is_refused_before_any_training()
      throws IOException {
    write("d", letters(13)); // 1 + 13 and 2 of the answer are 16, and 24 - 9 are 15
    Plan plan = plan("", ", adapter: [none, prompt-tuning(tokens=8), prompt-tuning(tokens=9)]");
    Path out = temp.resolve("out");
    try (LanguageSubject subject = open("")) {
      assertThatThrownBy(
              () -> ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, RunListener.NONE))
          .hasMessageStartingWith(
              "l.yaml:3:5: set 'a': 'prompt-tuning(init=vocabulary, tokens=9)' puts 9 rows before"
                  + " the input, which leave 15 of the model's 24 positions: 1 of 1 items has a"
                  + " prompt and answer with more than the 15 tokens that the model is given; ")
          .hasMessageEndingWith(
              "tested.jsonl:1: the prompt has 14, with its answer it has 16 tokens; 'test-filter'"
                  + " can leave such records out");
      assertThat(out).doesNotExist();
      Plan fits = plan("", ", adapter: [none, prompt-tuning(tokens=8)]");
      assertThat(
              ExperimentRun.run(fits, RunSettings.DEFAULT, subject, out, RunListener.NONE).failed())
          .as("the positions are filled")
          .isZero();
    }
  }
}
