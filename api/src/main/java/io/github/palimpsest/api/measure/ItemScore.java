package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.List;

/**
 * The score of one item and its weight in the score of its set, such as {@code ItemScore.of(right ?
 * 1 : 0)} or {@code ItemScore.of(nats / tokens).weighted(tokens)}.
 */
@Experimental(since = "0.1")
public final class ItemScore {
  private static final double[] NONE = {};

  private final double score;
  private final double weight;
  private final double[] parts;

  private ItemScore(double score, double weight, double[] parts) {
    this.score = score;
    this.weight = weight;
    this.parts = parts;
  }

  /** A score with weight 1. Results keep it for each item. */
  public static ItemScore of(double score) {
    return new ItemScore(score, 1, NONE);
  }

  /**
   * A copy with another weight.
   *
   * @param counts the weight: tokens, bytes or the like; 0 leaves the item out of the mean
   * @throws PalimpsestException if it is negative or not finite
   */
  public ItemScore weighted(double counts) {
    if (!(counts >= 0) || Double.isInfinite(counts)) {
      throw new PalimpsestException(
          "the weight of an item must be a finite number of at least 0, not " + counts);
    }
    return new ItemScore(score, counts, parts);
  }

  /**
   * A copy with numbers that {@link Measure#aggregate} needs beyond score and weight, for example
   * the predicted and the right class for an F1 of the set. Results do not keep them.
   */
  public ItemScore with(double... numbers) {
    return new ItemScore(score, weight, numbers.clone());
  }

  /** The item's own score. */
  public double score() {
    return score;
  }

  /** The weight. */
  public double weight() {
    return weight;
  }

  /**
   * One of the numbers beyond score and weight.
   *
   * @throws IndexOutOfBoundsException if the measure gave fewer
   */
  public double part(int index) {
    return parts[index];
  }

  /** {@code sum(weight * score) / sum(weight)}; NaN if all weights are 0. */
  public static double mean(List<ItemScore> items) {
    double sum = 0;
    double weights = 0;
    for (ItemScore item : items) {
      sum += item.weight == 0 ? 0 : item.weight * item.score;
      weights += item.weight;
    }
    return sum / weights;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemScore o
        && Double.compare(score, o.score) == 0
        && Double.compare(weight, o.weight) == 0
        && Arrays.equals(parts, o.parts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new double[] {score, weight, Arrays.hashCode(parts)});
  }

  @Override
  public String toString() {
    return "ItemScore[score="
        + score
        + ", weight="
        + weight
        + ", parts="
        + Arrays.toString(parts)
        + "]";
  }
}
