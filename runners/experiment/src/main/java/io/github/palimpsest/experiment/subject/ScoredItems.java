package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.results.folder.SetScore;
import java.util.List;

/**
 * The items of a set as a measure scores them.
 *
 * @param scores one for each item
 * @param chosen the choice that the model makes for each item; empty without choices
 */
record ScoredItems(List<ItemScore> scores, int[] chosen) {
  /** Items without choices. */
  static ScoredItems of(List<ItemScore> scores) {
    return new ScoredItems(scores, new int[0]);
  }

  /**
   * Items with choices.
   *
   * @throws PalimpsestException if the measure chooses something that is no choice
   */
  static ScoredItems of(ChoiceMeasure measure, List<? extends ChoiceAnswer> answers) {
    return new ScoredItems(
        answers.stream().map(measure::score).toList(),
        answers.stream().mapToInt(answer -> chosen(measure, answer)).toArray());
  }

  private static int chosen(ChoiceMeasure measure, ChoiceAnswer answer) {
    int chosen = measure.chosen(answer);
    if (chosen < 0 || chosen >= answer.choices().size()) {
      throw new PalimpsestException(
          "the measure says that choice "
              + chosen
              + " of item '"
              + answer.item()
              + "' is chosen, and it has choices 0 to "
              + (answer.choices().size() - 1));
    }
    return chosen;
  }

  /** The score of the set. */
  SetScore by(Measure measure) {
    return new SetScore(
        measure.aggregate(scores),
        scores.stream().mapToDouble(ItemScore::score).toArray(),
        scores.stream().mapToDouble(ItemScore::weight).toArray(),
        chosen);
  }
}
