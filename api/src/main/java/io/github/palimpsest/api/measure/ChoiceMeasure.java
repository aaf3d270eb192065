package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;

/** Scores how likely a model finds each choice of a question, such as accuracy. */
@Experimental(since = "0.1")
public interface ChoiceMeasure extends Measure {
  /** The score of one question. */
  ItemScore score(ChoiceAnswer answer);

  /**
   * The choice that the model makes according to this measure, from 0. Results keep it, so that
   * readers see what changed. By default the likeliest; in a tie, the first. A measure that weighs
   * choices in another way, for example by their lengths, overrides it (MEA-08).
   */
  default int chosen(ChoiceAnswer answer) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < answer.choices().size(); c++) {
      if (answer.logLikelihood(c) > highest) {
        highest = answer.logLikelihood(c);
        best = c;
      }
    }
    return best;
  }
}
