package io.github.palimpsest.results.folder;

/**
 * The score of a model on an evaluation set: {@code value = sum(weights * perExample) /
 * sum(weights)}.
 *
 * @param value the score, in the unit of the set's measure
 * @param perExample the outcome of each example, in the order of the set
 * @param weights the weight of each example in the score: its number of target tokens, or 1
 */
public record SetScore(double value, double[] perExample, double[] weights) {
  /** Copies the arrays. */
  public SetScore {
    perExample = perExample.clone();
    weights = weights.clone();
  }

  /** The outcome of each example, in the order of the set. */
  @Override
  public double[] perExample() {
    return perExample.clone();
  }

  /** The weight of each example in the score. */
  @Override
  public double[] weights() {
    return weights.clone();
  }
}
