package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set has a loss whatever its measure: that of its right answers as targets. */
@Tag("native")
class SubjectLossTest {
  @TempDir Path temp;

  @Test
  void the_loss_of_generated_answers_and_of_choices_is_that_of_the_same_texts_as_targets()
      throws IOException {
    Files.writeString(
        temp.resolve("trained.jsonl"),
        "{\"prompt\": \"reverse\\n\", \"response\": \"a b\"}\n"
            + "{\"prompt\": \"reverse\\n\", \"response\": \"c d\"}\n");
    Files.writeString(
        temp.resolve("texts.jsonl"),
        "{\"prompt\": \"reverse\\na\", \"response\": \" b c\"}\n"
            + "{\"prompt\": \"reverse\\nd\", \"response\": \" f\"}\n");
    Files.writeString(
        temp.resolve("choices.jsonl"),
        "{\"query\": \"reverse\\na\", \"choices\": [\"b c\", \"c\"], \"gold\": 0}\n"
            + "{\"query\": \"reverse\\nd\", \"choices\": [\"e\", \"f\"], \"gold\": 1}\n");
    String text =
        """
        model: quickstart
        tasks: [{name: a, data: trained.jsonl, held-out: 1}]
        evaluation:
          - {name: targets, data: texts.jsonl}
          - {name: answers, data: texts.jsonl, measure: exact-match}
          - {name: choices, data: choices.jsonl, format: choices, measure: accuracy}
        training: {max-length: 24}
        axes: {optimizer: sgd}
        seeds: [1]
        """;
    try (LanguageSubject subject =
        LanguageSubject.open(
            ExperimentFile.parse("l.yaml", text, temp, Map.of()), Plugins.onClassPath())) {
      WeightSnapshot weights = subject.pretrained(1);
      double nats = subject.score("targets", weights).value();
      assertThat(nats).isPositive();
      assertThat(subject.loss("targets", weights)).isEqualTo(nats);
      assertThat(subject.loss("answers", weights)).isEqualTo(nats);
      assertThat(subject.loss("choices", weights)).isEqualTo(nats);
      WeightSnapshot broken = broken(weights);
      for (String set : List.of("answers", "choices")) {
        assertThatThrownBy(() -> subject.score(set, broken))
            .as("a model that computes no numbers has no accuracy of " + set)
            .isInstanceOf(DivergedException.class)
            .hasMessageContaining("NaN");
      }
    }
  }

  private static WeightSnapshot broken(WeightSnapshot weights) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : weights.names()) {
      float[] copy = weights.copy(name);
      Arrays.fill(copy, Float.NaN);
      shapes.put(name, weights.shape(name));
      values.put(name, copy);
    }
    return WeightSnapshot.of(shapes, values);
  }
}
