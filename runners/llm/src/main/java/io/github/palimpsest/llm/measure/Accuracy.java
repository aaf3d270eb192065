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
    return ItemScore.of(answer.isRight(chosen(answer)) ? 1 : 0);
  }
}
