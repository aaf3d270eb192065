package io.github.palimpsest.results.statistics;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The percentile bootstrap (Efron 1979) over two levels: seeds are drawn with replacement, then
 * items within each seed drawn (Davison and Hinkley 1997, section 3.8). The sorted statistics of
 * the resamples are cut on both sides, interpolating linearly at position {@code q (B - 1)}.
 *
 * <p>The plain percentiles {@code alpha / 2} are too narrow with few seeds: resamples spread by
 * {@code sqrt((n - 1) / n)} too little, and have no tails of a t distribution. So they are cut
 * farther out, the expanded percentile interval (Hesterberg 2015, arXiv 1411.5279, section 5):
 *
 * <pre>
 *   alpha' / 2 = Phi(-sqrt(n / (n - 1)) t(1 - alpha / 2, n - 1))   for n seeds, alpha = 1 - confidence
 * </pre>
 */
public final class Bootstrap {
  /** Resamples expected beyond each end of an interval. */
  private static final int BEYOND = 10;

  private Bootstrap() {}

  /**
   * The share of resamples that is cut off on each side, {@code alpha' / 2}.
   *
   * @param seeds at least 2
   * @param confidence for example 0.95
   */
  static double tail(int seeds, double confidence) {
    Interval.requireSeeds(seeds, "a bootstrap");
    Interval.requireConfidence(confidence);
    double n = seeds;
    double t = new TDistribution(n - 1).inverseCumulativeProbability((1 + confidence) / 2);
    return new NormalDistribution().cumulativeProbability(-Math.sqrt(n / (n - 1)) * t);
  }

  /**
   * The interval of {@code mean over seeds of sum(w d) / sum(w)}. An item and its weight are drawn
   * together.
   *
   * @param differences by seed and item, in the unit of the score
   * @param weights what each item counts, positive
   * @param resamples how many, for example 2000; more are drawn where fewer than ten would lie
   *     beyond each end
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
    int seeds = differences.length;
    int items = weights.length;
    double tail = tail(seeds, confidence);
    double[] means = new double[Math.max(resamples, (int) Math.ceil(BEYOND / tail))];
    for (int b = 0; b < means.length; b++) {
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
    return cut(estimate, means, tail, confidence);
  }

  /** The plain percentile interval of an estimate, from the statistics of its resamples. */
  static Interval interval(double estimate, double[] statistics, double confidence) {
    Interval.requireConfidence(confidence);
    return cut(estimate, statistics, (1 - confidence) / 2, confidence);
  }

  private static Interval cut(
      double estimate, double[] statistics, double tail, double confidence) {
    double[] sorted = statistics.clone();
    Arrays.sort(sorted);
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
