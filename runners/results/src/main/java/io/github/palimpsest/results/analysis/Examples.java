package io.github.palimpsest.results.analysis;

/**
 * The outcome of each example of an evaluation set after the last task.
 *
 * @param outcomes by example, in the order of the set
 * @param weights the weight of each example: its target tokens, or 1
 * @param judged whether each outcome is right (1) or wrong (0)
 * @param higherIsBetter whether a higher outcome is the better one
 */
public record Examples(
    double[] outcomes, double[] weights, boolean judged, boolean higherIsBetter) {
  /**
   * Copies the arrays.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public Examples {
    if (outcomes.length != weights.length) {
      throw new IllegalArgumentException(
          outcomes.length + " outcomes and " + weights.length + " weights");
    }
    outcomes = outcomes.clone();
    weights = weights.clone();
  }

  @Override
  public double[] outcomes() {
    return outcomes.clone();
  }

  @Override
  public double[] weights() {
    return weights.clone();
  }
}
