package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** Scores what a model generates greedily, such as exact match. */
@Experimental(since = "0.1")
public interface AnswerMeasure extends Measure {
  /**
   * The most tokens of an answer, at least 1, where the experiment file has no {@code
   * max-new-tokens}.
   */
  default int tokens() {
    return 32;
  }

  /**
   * Right answers of the form that this measure judges, on which the kit tries it: JSON, say, or
   * letters. Empty if any text with a number at its end will do.
   */
  default List<String> samples() {
    return List.of();
  }

  /** The score of one answer. */
  ItemScore score(GeneratedAnswer answer);
}
