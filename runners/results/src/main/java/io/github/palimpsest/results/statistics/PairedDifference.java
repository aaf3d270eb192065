package io.github.palimpsest.results.statistics;

import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The difference of two recipes over matched seeds, {@code d = y - x}: paired t test and effect
 * size.
 *
 * <pre>
 *   t = mean(d) / (sd(d) / sqrt(n)),  d_z = mean(d) / sd(d),  Hedges: d_z (1 - 3 / (4 (n - 1) - 1))
 * </pre>
 *
 * @param mean the mean difference
 * @param sd its standard deviation over seeds, with {@code n - 1}
 * @param n the number of pairs
 * @param t the statistic; infinite if all differences are equal and not 0
 * @param p two-sided
 * @param interval the t interval of the mean difference
 */
public record PairedDifference(
    double mean, double sd, int n, double t, double p, Interval interval) {

  /**
   * @param x the outcomes of one recipe, by seed
   * @param y the outcomes of the other, the same seeds in the same order
   * @param confidence for example 0.95
   * @throws io.github.palimpsest.api.PalimpsestException if there are fewer than two pairs
   * @throws IllegalArgumentException if the numbers of outcomes differ
   */
  public static PairedDifference of(double[] x, double[] y, double confidence) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " outcomes cannot be paired with " + y.length);
    }
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = y[i] - x[i];
    }
    return ofDifferences(d, confidence);
  }

  /** The test for given differences: a one-sample t test against 0. */
  public static PairedDifference ofDifferences(double[] d, double confidence) {
    Interval.requireSeeds(d.length, "a paired difference");
    Interval.requireConfidence(confidence);
    int n = d.length;
    double mean = Sums.mean(d);
    double sd = Math.sqrt(Sums.squaresAround(mean, d) / (n - 1));
    double se = sd / Math.sqrt(n);
    double t =
        se == 0 ? (mean == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, mean)) : mean / se;
    TDistribution distribution = new TDistribution(n - 1);
    double half = distribution.inverseCumulativeProbability((1 + confidence) / 2) * se;
    double p = Double.isInfinite(t) ? 0 : 2 * distribution.cumulativeProbability(-Math.abs(t));
    return new PairedDifference(
        mean, sd, n, t, p, new Interval(mean, mean - half, mean + half, confidence));
  }

  /** The standardised effect {@code d_z}; NaN if all differences are equal. */
  public double dz() {
    return sd == 0 ? Double.NaN : mean / sd;
  }

  /** {@code d_z} with Hedges' correction for few seeds. */
  public double hedges() {
    return dz() * (1 - 3.0 / (4 * (n - 1) - 1));
  }
}
