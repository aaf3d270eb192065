package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;

/** Scores how likely a model finds each choice of a question, such as accuracy. */
@Experimental(since = "0.1")
public interface ChoiceMeasure extends Measure {
  /** The score of one question. */
  ItemScore score(ChoiceAnswer answer);
}
