package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.MeasureProvider;

/** Whether a greedily generated answer equals an expected one, ignoring outer white space. */
final class ExactMatch implements AnswerMeasure {
  static final MeasureProvider PROVIDER =
      MeasureProvider.of(
              "exact-match",
              "Share of greedily generated answers that are the expected text",
              "mean of [strip(answer) = strip(expected)]",
              "Rajpurkar et al. 2016, arXiv:1606.05250")
          .creates(s -> new ExactMatch());

  @Override
  public ItemScore score(GeneratedAnswer answer) {
    String given = answer.text().strip();
    boolean right = answer.expected().stream().anyMatch(e -> e.strip().equals(given));
    return ItemScore.of(right ? 1 : 0);
  }
}
