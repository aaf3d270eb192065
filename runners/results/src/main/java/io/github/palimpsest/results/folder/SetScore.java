package io.github.palimpsest.results.folder;

import org.jspecify.annotations.Nullable;

/**
 * The score of a model on an evaluation set: {@code value = sum(weights * perExample) /
 * sum(weights)}.
 *
 * @param value the score, in the unit of the set's measure
 * @param perExample the outcome of each example, in the order of the set
 * @param weights the weight of each example in the score: its number of target tokens, or 1
 * @param chosen the choice that the model made for each example, from 0; empty without choices
 */
public record SetScore(double value, double[] perExample, double[] weights, int[] chosen) {
  /** A score of a set without choices. */
  public SetScore(double value, double[] perExample, double[] weights) {
    this(value, perExample, weights, new int[0]);
  }

  /**
   * The score that a file has.
   *
   * @param weights the weights of the examples, which only the first row has; null if unknown
   */
  static SetScore of(CellResult.Row row, double @Nullable [] weights) {
    double[] each = row.perExample();
    int[] choices = row.chosen();
    return new SetScore(
        row.value(),
        each == null ? new double[0] : each,
        weights == null ? new double[0] : weights,
        choices == null ? new int[0] : choices);
  }

  /** The score in the form of a file, which has the weights only in its first row. */
  CellResult.Row row(boolean first) {
    return new CellResult.Row(
        value, perExample, first ? weights : null, chosen.length == 0 ? null : chosen);
  }

  /** Copies the arrays. */
  public SetScore {
    perExample = perExample.clone();
    weights = weights.clone();
    chosen = chosen.clone();
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

  /** The choice that the model made for each example. */
  @Override
  public int[] chosen() {
    return chosen.clone();
  }
}
