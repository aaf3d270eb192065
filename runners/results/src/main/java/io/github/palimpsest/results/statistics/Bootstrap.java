package io.github.palimpsest.results.statistics;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The percentile bootstrap (Efron 1979) over two levels: seeds are drawn with replacement, then
 * items within each seed drawn (Davison and Hinkley 1997, section 3.8). The sorted statistics of
 * the resamples are cut at {@code (1 - confidence) / 2} on both sides, interpolating linearly at
 * position {@code q (B - 1)}.
 */
public final class Bootstrap {
  private Bootstrap() {}

  /**
   * The interval of {@code mean over seeds of sum(w d) / sum(w)}. An item and its weight are drawn
   * together.
   *
   * @param differences by seed and item, in the unit of the score
   * @param weights what each item counts, positive
   * @param resamples how many, for example 2000
   * @param confidence for example 0.95
   * @param rng where the resamples come from
   * @throws io.github.palimpsest.api.PalimpsestException if there are fewer than two seeds
   */
  public static Interval hierarchical(
      double[][] differences,
      double[] weights,
      int resamples,
      double confidence,
      RandomGenerator rng) {
    Interval.requireSeeds(differences.length, "a bootstrap");
    int seeds = differences.length;
    int items = weights.length;
    double[] means = new double[resamples];
    for (int b = 0; b < resamples; b++) {
      for (int k = 0; k < seeds; k++) {
        double[] drawn = differences[rng.nextInt(seeds)];
        double sum = 0;
        double total = 0;
        for (int j = 0; j < items; j++) {
          int i = rng.nextInt(items);
          sum += weights[i] * drawn[i];
          total += weights[i];
        }
        means[b] += sum / total / seeds;
      }
    }
    double estimate = 0;
    for (double[] d : differences) {
      estimate += weightedMean(d, weights) / seeds;
    }
    return interval(estimate, means, confidence);
  }

  /** The percentile interval of an estimate, from the statistics of its resamples. */
  static Interval interval(double estimate, double[] statistics, double confidence) {
    Interval.requireConfidence(confidence);
    double[] sorted = statistics.clone();
    Arrays.sort(sorted);
    double tail = (1 - confidence) / 2;
    return new Interval(
        estimate, percentile(sorted, tail), percentile(sorted, 1 - tail), confidence);
  }

  private static double weightedMean(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  }

  private static double percentile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
