package io.github.palimpsest.llm.task;

import java.util.List;

/** What a task asks of a record. */
public sealed interface Question {
  /**
   * Answers to choose from, after one context.
   *
   * @param context the text before the answer
   * @param choices the answers
   * @param gold the right ones
   * @param delimiter the text between the context and an answer
   */
  record Choice(TextTemplate context, Texts choices, Gold gold, String delimiter)
      implements Question {}

  /**
   * Contexts to choose from, before one continuation.
   *
   * @param contexts the contexts
   * @param continuation the text that follows all of them
   * @param gold the right contexts
   * @param delimiter the text between a context and the continuation
   */
  record Contexts(Texts contexts, TextTemplate continuation, Gold gold, String delimiter)
      implements Question {}

  /**
   * A text to complete.
   *
   * @param context the text that is given
   * @param target the text that must follow
   * @param delimiter the text between context and target, scored with the target
   */
  record Completion(TextTemplate context, TextTemplate target, String delimiter)
      implements Question {}

  /**
   * A text to predict from its beginning to its end.
   *
   * @param text what the model sees
   * @param counted the text whose words and bytes are counted
   */
  record Whole(TextTemplate text, TextTemplate counted) implements Question {}

  /**
   * An answer to generate greedily.
   *
   * @param context the text before the answer
   * @param answers the accepted answers
   * @param delimiter the text between context and answer in examples; a context that is answered
   *     ends without it
   * @param stops texts that end an answer
   * @param mostTokens the most tokens of an answer
   */
  record Generation(
      TextTemplate context, Texts answers, String delimiter, List<String> stops, int mostTokens)
      implements Question {
    /** Copies the list. */
    public Generation {
      stops = List.copyOf(stops);
    }
  }
}
