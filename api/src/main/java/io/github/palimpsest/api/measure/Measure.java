package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/**
 * How an evaluation set is scored. The host does all the work on the model; a measure is a pure
 * function of what the model answered. It implements one of three interfaces, which say what the
 * host is to ask:
 *
 * <ul>
 *   <li>{@link TargetMeasure}: how likely the tokens are that an item has as its targets;
 *   <li>{@link ChoiceMeasure}: how likely each choice of a question is;
 *   <li>{@link AnswerMeasure}: what the model generates, greedily.
 * </ul>
 *
 * <p>Each gives an {@link ItemScore} for an item. {@link #aggregate} turns those of a set into the
 * set's score. Results keep the score and the number of each item, with the measure's word, {@link
 * #unit} and direction, so they can be read without the plugin.
 *
 * <p>Rules: MEA-01 to MEA-07.
 */
@Experimental(since = "0.1")
public interface Measure {
  /**
   * The unit of the scores, for people: {@code nats}, {@code bits per byte}. Empty for a share from
   * 0 to 1.
   */
  String unit();

  /** Whether a higher score is the better one. */
  boolean higherIsBetter();

  /**
   * The score of a model that answers everything as well as can be: 1 for a share that is right.
   */
  double best();

  /**
   * The score of a set: the weighted mean of its items, {@code sum(weight * score) / sum(weight)},
   * unless a measure says otherwise. The order of the items has no part in it.
   *
   * @param items the items of the set, at least one
   */
  default double aggregate(List<ItemScore> items) {
    return ItemScore.mean(items);
  }
}
