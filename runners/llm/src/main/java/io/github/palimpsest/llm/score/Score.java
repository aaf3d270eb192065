package io.github.palimpsest.llm.score;

import java.util.Arrays;
import java.util.List;

/**
 * A measure on one data set, with the outcome of every example: {@code value = sum(weights *
 * perExample) / sum(weights)}.
 *
 * @param measure its name, as in results
 * @param higherIsBetter its direction
 * @param examples the examples' ids, in the order of the data
 * @param perExample an outcome for each
 * @param weights the weight of each: target tokens, bytes, or 1
 */
public record Score(
    String measure,
    boolean higherIsBetter,
    List<String> examples,
    double[] perExample,
    double[] weights) {
  /** Copies all. */
  public Score {
    examples = List.copyOf(examples);
    perExample = perExample.clone();
    weights = weights.clone();
    if (examples.size() != perExample.length || perExample.length != weights.length) {
      throw new IllegalArgumentException(
          examples.size()
              + " examples, "
              + perExample.length
              + " outcomes and "
              + weights.length
              + " weights do not go together");
    }
  }

  /** Outcomes with equal weights. */
  static Score mean(String measure, List<String> examples, double[] perExample) {
    double[] ones = new double[perExample.length];
    Arrays.fill(ones, 1);
    return new Score(measure, true, examples, perExample, ones);
  }

  /** The weighted mean over all examples. */
  public double value() {
    double sum = 0;
    for (int i = 0; i < perExample.length; i++) {
      sum += weights[i] * perExample[i];
    }
    return sum / total();
  }

  /** The sum of the weights: the number of measured tokens, bytes or items. */
  public double total() {
    return Arrays.stream(weights).sum();
  }
}
