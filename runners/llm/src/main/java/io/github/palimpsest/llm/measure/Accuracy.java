package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.MeasureProvider;

/** Whether the likeliest choice of a question is right; in a tie, the first choice counts. */
final class Accuracy implements ChoiceMeasure {
  static final MeasureProvider PROVIDER =
      MeasureProvider.of(
              "accuracy",
              "Share of questions whose right choice is the likeliest",
              "mean of [argmax over choices of ln p(choice | question) is right]",
              "Brown et al. 2020, arXiv:2005.14165, section 2.4")
          .creates(s -> new Accuracy());

  @Override
  public ItemScore score(ChoiceAnswer answer) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < answer.choices().size(); c++) {
      if (answer.logLikelihood(c) > highest) {
        highest = answer.logLikelihood(c);
        best = c;
      }
    }
    return ItemScore.of(answer.isRight(best) ? 1 : 0);
  }
}
