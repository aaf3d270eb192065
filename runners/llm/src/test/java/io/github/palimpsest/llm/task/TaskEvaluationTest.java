package io.github.palimpsest.llm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.LogLikelihoods;
import io.github.palimpsest.llm.score.TooLong;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.WordTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  @Test
  void an_item_says_how_many_tokens_of_its_context_were_cut() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"))) {
      TaskEvaluation evaluation = evaluation(tokenizer, 4);
      Question question = new Question.Completion(record -> "", record -> "", " ");
      List<ItemOutcome> outcomes =
          evaluation
              .of(
                  task(question),
                  List.of(
                      new TaskItem.Completion("t/0", new TaskItem.Pair("a a", " b b")),
                      new TaskItem.Completion("t/1", new TaskItem.Pair("a a a a", " b b")),
                      new TaskItem.Choice(
                          "t/2",
                          List.of(
                              new TaskItem.Pair("a a a", " b"),
                              new TaskItem.Pair("a a a", " b b b")),
                          List.of("b", "b b b"),
                          Set.of(0))))
              .items();
      assertThat(outcomes)
          .extracting(ItemOutcome::cut)
          .as(
              "<s> a a b b fits: the last token is only predicted; <s> a a a a b b; <s> a a a b b b")
          .containsExactly(0, 7 - 5, 7 - 5);
    }
  }

  @Test
  void a_prompt_is_cut_to_the_room_before_the_longest_answer() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"))) {
      TaskItem item = new TaskItem.Generation("t/0", "a a a a", List.of("a"));
      assertThat(evaluation(tokenizer, 10).of(generation(8), List.of(item)).items().get(0).cut())
          .as("<s> a a a a in 10 - 8 positions")
          .isEqualTo(5 - 2);
      assertThatThrownBy(() -> evaluation(tokenizer, 8).of(generation(8), List.of(item)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("'most-tokens' of task 't' is 8, which leaves no room for a prompt")
          .hasMessageContaining("8 positions");
    }
  }

  @Test
  void a_continuation_that_alone_is_too_long_is_refused_by_name() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"))) {
      TaskItem item =
          new TaskItem.Choice(
              "t/3",
              List.of(new TaskItem.Pair("a", " b"), new TaskItem.Pair("a", " b b b b b")),
              List.of("b", "b b b b b"),
              Set.of(0));
      Question question = new Question.Completion(record -> "", record -> "", " ");
      assertThatThrownBy(() -> evaluation(tokenizer, 4).of(task(question), List.of(item)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "1 of 1 items has a choice or target with more than the 4 tokens that the model is"
                  + " given; t/3: choice 1 has 5 tokens");
      assertThat(evaluation(tokenizer, 5).of(task(question), List.of(item)).items().get(0).cut())
          .as("<s> a b b b b b in 5 positions and one that is only predicted")
          .isEqualTo(1);
    }
  }

  @Test
  void items_that_cannot_be_asked_are_found_before_anything_is_scored() {
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"))) {
      TaskEvaluation evaluation = evaluation(tokenizer, 4);
      Question question = new Question.Completion(record -> "", record -> "", " ");
      List<TaskItem> items =
          List.of(
              new TaskItem.Completion("t/0", new TaskItem.Pair("a a a a a", " b b b b")),
              new TaskItem.Completion("t/1", new TaskItem.Pair("a", " b b b b b")),
              new TaskItem.Choice(
                  "t/2",
                  List.of(
                      new TaskItem.Pair("a", " b b b b b b"),
                      new TaskItem.Pair("a", " b b b b b b b")),
                  List.of("b b b b b b", "b b b b b b b"),
                  Set.of(0)),
              new TaskItem.Whole("t/3", "a a a a a a a a", "a"));
      List<TooLong> found = evaluation.tooLong(task(question), items);
      assertThat(found)
          .as("4 tokens fit, whatever the context; of an item the first choice is named")
          .containsExactly(new TooLong("t/1", "the target", 5), new TooLong("t/2", "choice 0", 6));
      assertThat(TooLong.told(found, items.size(), 4))
          .isEqualTo(
              "2 of 4 items have a choice or target with more than the 4 tokens that the model is"
                  + " given; the first is t/1: the target has 5 tokens");
      assertThatThrownBy(() -> evaluation.tooLong(generation(4), List.of()))
          .hasMessageContaining("'most-tokens' of task 't' is 4");
    }
  }

  /** Every target has a likelihood of one half. */
  private static TaskEvaluation evaluation(TextTokenizer tokenizer, int positions) {
    return new TaskEvaluation(
        examples ->
            examples.stream().map(e -> new LogLikelihoods.Outcome(Math.log(2), 1, 0)).toList(),
        new ContinuationEncoder(tokenizer, positions),
        (prompts, most, complete) -> prompts);
  }

  private static BenchmarkTask generation(int most) {
    return task(
        new Question.Generation(record -> "", new Texts.Each("answers"), " ", List.of(), most));
  }

  private static String generated(TaskEvaluation evaluation) {
    BenchmarkTask task =
        task(
            new Question.Generation(
                record -> "", new Texts.Each("answers"), " ", List.of("c", "b"), 8));
    TaskItem item = new TaskItem.Generation("t/0", "a", List.of("a a"));
    return evaluation.of(task, List.of(item)).items().get(0).generated();
  }

  private static BenchmarkTask task(Question question) {
    return new BenchmarkTask(
        "t",
        new BenchmarkTask.About("", "", ""),
        new BenchmarkTask.Data("", "", List.of("test"), Map.of(), Map.of()),
        List.of(),
        Optional.empty(),
        question,
        new Shots(0, List.of(), Shots.Order.FIRST, "", Optional.empty(), false),
        List.of());
  }
}
