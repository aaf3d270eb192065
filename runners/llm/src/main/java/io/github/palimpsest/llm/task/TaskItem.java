package io.github.palimpsest.llm.task;

import java.util.List;
import java.util.Set;

/** What a model is asked about one record. */
public sealed interface TaskItem {
  /** The name of the task and the record's number, {@code NAME/7}. */
  String id();

  /**
   * A context and what follows it.
   *
   * @param context the text that is given
   * @param continuation the text whose likelihood is asked for
   */
  record Pair(String context, String continuation) {}

  /**
   * Several pairs to choose from.
   *
   * @param pairs one for each choice
   * @param choices the texts whose lengths count
   * @param right the right ones
   */
  record Choice(String id, List<Pair> pairs, List<String> choices, Set<Integer> right)
      implements TaskItem {
    /** Copies all. */
    public Choice {
      pairs = List.copyOf(pairs);
      choices = List.copyOf(choices);
      right = Set.copyOf(right);
    }
  }

  /** A pair whose likelihood is the answer. */
  record Completion(String id, Pair pair) implements TaskItem {}

  /**
   * A whole text.
   *
   * @param counted the text whose words and bytes are counted
   */
  record Whole(String id, String text, String counted) implements TaskItem {}

  /**
   * A context to answer.
   *
   * @param expected the accepted answers
   */
  record Generation(String id, String context, List<String> expected) implements TaskItem {
    /** Copies the list. */
    public Generation {
      expected = List.copyOf(expected);
    }
  }
}
