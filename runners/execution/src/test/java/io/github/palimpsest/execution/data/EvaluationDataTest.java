package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.EvaluationData;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationDataTest {
  private static final int LENGTH = 6;
  private static final Measure MEASURE =
      Plan.<Measure>component(
              Kind.MEASURE, Value.Call.word("nats-per-token"), Plugins.onClassPath())
          .create();

  private static DataSet set(String more) {
    String text =
        """
        model: quickstart
        tasks: [{name: a, data: a.txt, format: text, held-out: 1}]
        evaluation: [{name: kept, data: k.txt, format: text%s}]
        axes: {optimizer: adamw}
        seeds: [1]
        """
            .formatted(more);
    return ExperimentFile.parse("f.yaml", text, Path.of(""), Map.of()).evaluation().get(0);
  }

  private static Document text(int number, int words) {
    String text = "a ".repeat(words).strip();
    return new Document("k.txt:1", number, List.of(new Exchange("", text)), false);
  }

  private static EvaluationData encoded(String more, Document... documents) {
    try (TextTokenizer tokenizer = new Quickstart(1).tokenizer()) {
      return EvaluationData.documents(set(more), List.of(documents))
          .encoded(MEASURE, tokenizer, LENGTH, LENGTH);
    }
  }

  @Test
  void a_document_too_long_for_the_model_is_scored_to_its_end_as_one() {
    EvaluationData data = encoded("", text(0, 3), text(1, 12));
    assertThat(data.texts())
        .as("3 words behind the beginning fit, 12 do not")
        .extracting(ScoredText::fits)
        .containsExactly(true, false);
    assertThat(data.examples())
        .as("12 words in windows of 5 behind what is before them")
        .extracting(Example::id)
        .containsExactly("kept/0", "kept/1.0", "kept/1.1", "kept/1.2");
    assertThat(data.texts().get(1).bytes()).as("12 words and 11 spaces").isEqualTo(23);
  }

  @Test
  void a_document_that_fits_is_the_example_that_it_always_was() {
    try (TextTokenizer tokenizer = new Quickstart(1).tokenizer()) {
      Document fits = text(0, LENGTH - 1);
      Example example =
          new ExampleEncoder(tokenizer, LENGTH).encode("kept", List.of(fits)).examples().get(0);
      assertThat(encoded("", fits).examples())
          .singleElement()
          .satisfies(
              e -> {
                assertThat(e.id()).isEqualTo(example.id());
                assertThat(e.fields()).usingRecursiveComparison().isEqualTo(example.fields());
              });
    }
  }

  @Test
  void a_set_with_windows_has_an_example_for_each() {
    EvaluationData data = encoded(", windows: true", text(0, 3), text(1, 12));
    assertThat(data.texts())
        .as("windows of 5 words, each behind a beginning of its own")
        .extracting(t -> t.whole().id())
        .containsExactly("kept/0", "kept/1.0", "kept/1.1", "kept/1.2");
    Document answer = new Document("k:1", 2, List.of(new Exchange("a\n", "a ".repeat(12))), true);
    assertThat(encoded(", windows: true", answer).texts())
        .as("an answer is never cut")
        .singleElement()
        .satisfies(t -> assertThat(t.whole().tokens()).isEqualTo(1 + 1 + 12 + 1));
  }
}
