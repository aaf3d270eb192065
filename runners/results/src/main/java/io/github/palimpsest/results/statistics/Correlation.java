package io.github.palimpsest.results.statistics;

import io.github.palimpsest.api.PalimpsestException;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * The correlation of two numbers of the same cells.
 *
 * <pre>
 *   r = sum (x - mean x)(y - mean y) / sqrt(sum (x - mean x)^2 sum (y - mean y)^2)
 *   interval: tanh(atanh r +- z_{(1 + confidence) / 2} / sqrt(n - 3))      (Fisher 1921)
 * </pre>
 *
 * @param n the number of pairs
 * @param interval Pearson's r with Fisher's interval
 * @param spearman the correlation of the ranks
 */
public record Correlation(int n, Interval interval, double spearman) {
  /** Fewer pairs give no interval. */
  public static final int FEWEST = 4;

  /**
   * @param x the first number of each pair
   * @param y the second
   * @param confidence for example 0.95
   * @throws PalimpsestException if there are fewer than four pairs, or if one of the numbers is
   *     constant
   * @throws IllegalArgumentException if the numbers of values differ
   */
  public static Correlation of(double[] x, double[] y, double confidence) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " values cannot be paired with " + y.length);
    }
    if (x.length < FEWEST) {
      throw new PalimpsestException(
          "a correlation with an interval needs at least " + FEWEST + " pairs, not " + x.length);
    }
    double r = new PearsonsCorrelation().correlation(x, y);
    if (!Double.isFinite(r)) {
      throw new PalimpsestException("there is no correlation with a constant");
    }
    double z = new NormalDistribution().inverseCumulativeProbability((1 + confidence) / 2);
    double half = z / Math.sqrt(x.length - 3);
    double middle = 0.5 * Math.log((1 + r) / (1 - r));
    return new Correlation(
        x.length,
        new Interval(r, Math.tanh(middle - half), Math.tanh(middle + half), confidence),
        new SpearmansCorrelation().correlation(x, y));
  }
}
