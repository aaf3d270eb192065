package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** Scores the text that a model generates greedily; for example exact match. */
@Experimental(since = "0.1")
public interface AnswerMeasure extends Measure {
  /**
   * The maximum number of tokens of an answer, at least 1, if the experiment file has no {@code
   * max-new-tokens}.
   */
  default int tokens() {
    return 32;
  }

  /**
   * Right answers in the form that this measure scores, for example JSON or letters. The kit tests
   * the measure on them. Empty if any text with a number at its end is suitable.
   */
  default List<String> samples() {
    return List.of();
  }

  /** The score of one answer. */
  ItemScore score(GeneratedAnswer answer);
}
