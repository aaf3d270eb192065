package io.github.palimpsest.results.statistics;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The percentile bootstrap of a mean over pairs (Efron 1979): resample pairs with replacement, take
 * the mean of each resample, and cut the sorted means at {@code (1 - confidence) / 2} on both
 * sides, interpolating linearly at position {@code q (B - 1)}.
 */
public final class Bootstrap {
  private Bootstrap() {}

  /**
   * @param differences one for each pair
   * @param resamples the number of resamples, for example 10000
   * @param confidence for example 0.95
   * @param rng the random source of the resamples
   * @throws io.github.palimpsest.api.PalimpsestException if there are fewer than two pairs
   */
  public static Interval mean(
      double[] differences, int resamples, double confidence, RandomGenerator rng) {
    int[][] index = new int[resamples][differences.length];
    for (int[] row : index) {
      for (int i = 0; i < row.length; i++) {
        row[i] = rng.nextInt(differences.length);
      }
    }
    return mean(differences, index, confidence);
  }

  /** The interval from given resamples: rows of indices of pairs. */
  public static Interval mean(double[] differences, int[][] resamples, double confidence) {
    Interval.requireSeeds(differences.length, "a bootstrap");
    Interval.requireConfidence(confidence);
    double[] means = means(differences, resamples);
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    return new Interval(
        Sums.mean(differences), percentile(means, tail), percentile(means, 1 - tail), confidence);
  }

  /**
   * The interval for {@code sum(w d) / sum(w)}, for pairs with different weights: a pair and its
   * weight are drawn together.
   *
   * @param differences one for each pair
   * @param weights the weight of each pair, positive
   */
  public static Interval weightedMean(
      double[] differences,
      double[] weights,
      int resamples,
      double confidence,
      RandomGenerator rng) {
    Interval.requireSeeds(differences.length, "a bootstrap");
    Interval.requireConfidence(confidence);
    int n = differences.length;
    double[] means = new double[resamples];
    for (int b = 0; b < resamples; b++) {
      double sum = 0;
      double total = 0;
      for (int k = 0; k < n; k++) {
        int i = rng.nextInt(n);
        sum += weights[i] * differences[i];
        total += weights[i];
      }
      means[b] = sum / total;
    }
    Arrays.sort(means);
    double sum = 0;
    double total = 0;
    for (int i = 0; i < n; i++) {
      sum += weights[i] * differences[i];
      total += weights[i];
    }
    double tail = (1 - confidence) / 2;
    return new Interval(
        sum / total, percentile(means, tail), percentile(means, 1 - tail), confidence);
  }

  /** The mean of each resample, in order. */
  static double[] means(double[] differences, int[][] resamples) {
    double[] means = new double[resamples.length];
    for (int b = 0; b < means.length; b++) {
      double sum = 0;
      for (int i : resamples[b]) {
        sum += differences[i];
      }
      means[b] = sum / resamples[b].length;
    }
    return means;
  }

  private static double percentile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
