package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.score.Spaces;
import io.github.palimpsest.llm.text.JsonRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes items of records: description, examples, question. */
public final class TaskPrompts {
  private final BenchmarkTask task;
  private final List<JsonRecord> pool;
  private final Shots.Draw draw;

  /**
   * @param pool the records for examples; may be empty if the task has no examples
   * @throws PalimpsestException if there are fewer records than the examples of one question need
   */
  public TaskPrompts(BenchmarkTask task, List<JsonRecord> pool) {
    this.task = task;
    this.pool = pool;
    this.draw = task.shots().draw(pool.size());
    if (task.shots().number() > 0 && pool.size() < draw.needed()) {
      throw new PalimpsestException(
          "task '"
              + task.name()
              + "' needs "
              + draw.needed()
              + " records for its "
              + task.shots().number()
              + " examples; there are "
              + pool.size());
    }
  }

  /**
   * The items of records, in order. The examples before a question depend on the questions before
   * it, so all items are made from the first record on.
   *
   * @throws PalimpsestException if a record does not fit the task; names file and line
   */
  public List<TaskItem> items(List<JsonRecord> records) {
    List<TaskItem> items = new ArrayList<>();
    for (JsonRecord r : records) {
      List<JsonRecord> candidates = draw.next().stream().map(pool::get).toList();
      try {
        items.add(item(r, examples(r, candidates)));
      } catch (PalimpsestException e) {
        throw new PalimpsestException(
            r.origin() + ": task '" + task.name() + "': " + e.getMessage(), e);
      }
    }
    return List.copyOf(items);
  }

  private String examples(JsonRecord question, List<JsonRecord> candidates) {
    StringBuilder text = new StringBuilder();
    candidates.stream()
        .filter(c -> !task.shots().apart() || !c.node().equals(question.node()))
        .limit(task.shots().number())
        .forEach(c -> text.append(example(values(c))).append(task.shots().separator()));
    return text.toString();
  }

  private Map<String, @Nullable Object> values(JsonRecord r) {
    return PreparedField.all(task.fields(), r.values());
  }

  /** A question with its right answer. */
  private String example(Map<String, @Nullable Object> values) {
    Question question = task.question();
    if (question instanceof Question.Choice c) {
      List<String> choices = c.choices().of(values);
      String answer = choices.get(first(c.gold().of(values, choices.size())));
      return answered(c.context().render(values), c.delimiter(), answer);
    }
    if (question instanceof Question.Contexts c) {
      List<String> contexts = c.contexts().of(values);
      String right = contexts.get(first(c.gold().of(values, contexts.size())));
      return answered(right, c.delimiter(), c.continuation().render(values));
    }
    if (question instanceof Question.Completion c) {
      String target = c.target().render(values);
      return answered(c.context().render(values), c.delimiter(), separated(c.delimiter(), target));
    }
    if (question instanceof Question.Generation g) {
      List<String> answers = g.answers().of(values);
      return answered(
          g.context().render(values), g.delimiter(), answers.isEmpty() ? "" : answers.get(0));
    }
    throw new PalimpsestException("a task of whole texts takes no examples");
  }

  /**
   * White space twice is a mistake: in the harness the target begins with it, without a delimiter.
   */
  private static String separated(String delimiter, String target) {
    if (!delimiter.equals(Spaces.stripTrailing(delimiter))
        && !target.isEmpty()
        && Spaces.strip(target.substring(0, 1)).isEmpty()) {
      throw new PalimpsestException(
          "the target '"
              + target
              + "' begins with white space, and the delimiter before it ends with some: give"
              + " 'delimiter: \"\"', or take the white space out of the target");
    }
    return target;
  }

  /**
   * A question with its answer.
   *
   * @param delimiter that of the task
   */
  private String answered(String context, String delimiter, String answer) {
    return answer.isEmpty()
        ? context
        : context + task.shots().delimiter().orElse(delimiter) + answer;
  }

  private static int first(Set<Integer> right) {
    return right.stream().mapToInt(Integer::intValue).min().orElseThrow();
  }

  private TaskItem item(JsonRecord r, String examples) {
    Map<String, @Nullable Object> values = values(r);
    String before = task.description().map(d -> d.render(values)).orElse("") + examples;
    String id = task.name() + "/" + r.number();
    Question question = task.question();
    if (question instanceof Question.Choice c) {
      List<String> choices = choices(c.choices(), values);
      String context = before + c.context().render(values);
      return new TaskItem.Choice(
          id,
          choices.stream().map(text -> new TaskItem.Pair(context, c.delimiter() + text)).toList(),
          choices,
          c.gold().of(values, choices.size()));
    }
    if (question instanceof Question.Contexts c) {
      List<String> contexts = choices(c.contexts(), values);
      String continuation = c.delimiter() + c.continuation().render(values);
      return new TaskItem.Choice(
          id,
          contexts.stream().map(text -> new TaskItem.Pair(before + text, continuation)).toList(),
          contexts,
          c.gold().of(values, contexts.size()));
    }
    if (question instanceof Question.Completion c) {
      String target = separated(c.delimiter(), c.target().render(values));
      return new TaskItem.Completion(
          id, new TaskItem.Pair(before + c.context().render(values), c.delimiter() + target));
    }
    if (question instanceof Question.Whole w) {
      return new TaskItem.Whole(id, w.text().render(values), w.counted().render(values));
    }
    Question.Generation g = (Question.Generation) Objects.requireNonNull(question);
    return new TaskItem.Generation(id, before + g.context().render(values), g.answers().of(values));
  }

  private static List<String> choices(Texts texts, Map<String, @Nullable Object> values) {
    List<String> choices = texts.of(values);
    if (choices.size() < 2
        || IntStream.range(0, choices.size()).anyMatch(i -> choices.get(i).isEmpty())) {
      throw new PalimpsestException(
          "a question needs at least two choices, none of them empty, not " + choices);
    }
    return choices;
  }
}
