package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/**
 * Scores an evaluation set. The host does all the work on the model; a measure is a pure function
 * of the model's answers. It implements one of three interfaces, which define the request to the
 * host:
 *
 * <ul>
 *   <li>{@link TargetMeasure}: the likelihood of the target tokens of an item;
 *   <li>{@link ChoiceMeasure}: the likelihood of each choice of a question;
 *   <li>{@link AnswerMeasure}: the text that the model generates greedily.
 * </ul>
 *
 * <p>Each returns an {@link ItemScore} for an item. {@link #aggregate} combines the scores of a set
 * into the set's score. Results keep the score and the number of each item, with the measure's id,
 * {@link #unit} and direction, so they can be read without the plugin. Unit, direction and best
 * score are by default those of a share of right answers.
 *
 * <p>Rules: MEA-01 to MEA-08.
 */
@Experimental(since = "0.1")
public interface Measure {
  /**
   * The unit of the scores, for people: {@code nats}, {@code bits per byte}. Empty for a share from
   * 0 to 1, which is the default.
   */
  default String unit() {
    return "";
  }

  /** Whether a higher score is better; true by default. */
  default boolean higherIsBetter() {
    return true;
  }

  /** The best possible score; by default 1, that of a share of right answers. */
  default double best() {
    return 1;
  }

  /**
   * The score of a set: the weighted mean of its items, {@code sum(weight * score) / sum(weight)},
   * unless a measure overrides it. The order of the items has no effect.
   *
   * @param items the items of the set, at least one
   */
  default double aggregate(List<ItemScore> items) {
    return ItemScore.mean(items);
  }
}
