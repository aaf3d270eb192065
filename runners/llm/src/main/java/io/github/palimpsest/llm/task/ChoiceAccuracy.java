package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.ItemScore;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/**
 * Whether the likeliest choice is right, by the log-likelihood divided by a length; in a tie, the
 * first choice counts.
 */
enum ChoiceAccuracy implements ChoiceMeasure {
  /** By the sum over the choice's tokens. */
  SUM(c -> 1),
  /** Per character (Unicode code point) of the choice. */
  CHARACTERS(c -> c.codePointCount(0, c.length())),
  /** Per byte in UTF-8. */
  BYTES(c -> c.getBytes(StandardCharsets.UTF_8).length);

  private final ToIntFunction<String> length;

  ChoiceAccuracy(ToIntFunction<String> length) {
    this.length = length;
  }

  /** The likeliest choice. */
  @Override
  public int chosen(ChoiceAnswer answer) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < answer.choices().size(); c++) {
      double value = answer.logLikelihood(c) / length.applyAsInt(answer.choices().get(c));
      if (value > highest) {
        highest = value;
        best = c;
      }
    }
    return best;
  }

  @Override
  public ItemScore score(ChoiceAnswer answer) {
    return ItemScore.of(answer.isRight(chosen(answer)) ? 1 : 0);
  }
}
