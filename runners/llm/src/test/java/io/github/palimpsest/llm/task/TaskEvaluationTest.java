package io.github.palimpsest.llm.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.WordTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEvaluationTest {
  @TempDir Path folder;

  @Test
  void an_answer_is_generated_up_to_its_first_stop_and_no_further() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"))) {
      int[] whole = tokenizer.encode("a a b c a a");
      ContinuationEncoder encoder = new ContinuationEncoder(tokenizer, 16);
      int[] asked = {0};
      TaskEvaluation stopping =
          new TaskEvaluation(
              examples -> List.of(),
              encoder,
              (prompts, most, complete) -> {
                while (!complete.test(Arrays.copyOf(whole, ++asked[0]))) {
                  assertThat(asked[0]).as("tokens").isLessThan(whole.length);
                }
                return List.of(Arrays.copyOf(whole, asked[0]));
              });
      TaskEvaluation going =
          new TaskEvaluation(
              examples -> List.of(), encoder, (prompts, most, complete) -> List.of(whole));
      String expected = generated(going);
      assertThat(expected.strip()).as("before the first stop").isEqualTo("a a");
      assertThat(generated(stopping)).isEqualTo(expected);
      assertThat(asked[0]).as("a a b, with the stop 'b'").isEqualTo(3);
    }
  }

  private static String generated(TaskEvaluation evaluation) {
    BenchmarkTask task =
        new BenchmarkTask(
            "t",
            new BenchmarkTask.About("", "", ""),
            new BenchmarkTask.Data("", "", List.of("test"), Map.of(), Map.of()),
            List.of(),
            Optional.empty(),
            new Question.Generation(
                record -> "", new Texts.Each("answers"), " ", List.of("c", "b"), 8),
            new Shots(0, List.of(), Shots.Order.FIRST, "", false),
            List.of());
    TaskItem item = new TaskItem.Generation("t/0", "a", List.of("a a"));
    return evaluation.of(task, List.of(item)).items().get(0).generated();
  }
}
