package io.github.palimpsest.results.statistics;

import org.hipparchus.distribution.continuous.TDistribution;

/**
 * A t test of a mean against 0, with its intervals and its test of equivalence.
 *
 * <pre>
 *   t = mean / standardError,  p = 2 P(T_df &lt;= -|t|)
 *   interval:      mean +- t((1 + confidence) / 2, df) standardError
 *   simultaneous:  the interval at confidence 1 - (1 - confidence) / tests  (Bonferroni)
 *   equivalence:   the larger p of the two one-sided tests of mean &lt;= -margin and mean &gt;= margin
 * </pre>
 *
 * <p>The test of equivalence is the one of Schuirmann 1987 (TOST).
 *
 * @param mean the estimate
 * @param standardError of the mean, more than 0
 * @param df degrees of freedom, at least 1
 */
public record TTest(double mean, double standardError, int df) {
  /**
   * @throws IllegalArgumentException if the standard error is not a positive number, or df below 1
   */
  public TTest {
    if (!(standardError > 0) || df < 1) {
      throw new IllegalArgumentException(
          "a t test needs a standard error above 0 and 1 degree of freedom, not "
              + standardError
              + " and "
              + df);
    }
  }

  /** The statistic. */
  public double t() {
    return mean / standardError;
  }

  /** The two-sided p-value, not adjusted. */
  public double p() {
    return 2 * distribution().cumulativeProbability(-Math.abs(t()));
  }

  /**
   * The interval of the mean.
   *
   * @param confidence for example 0.95
   */
  public Interval interval(double confidence) {
    Interval.requireConfidence(confidence);
    double half = distribution().inverseCumulativeProbability((1 + confidence) / 2) * standardError;
    return new Interval(mean, mean - half, mean + half, confidence);
  }

  /**
   * The interval that covers together with those of the other tests of a family.
   *
   * @param confidence of all of them together, for example 0.95
   * @param tests in the family, this one included; at least 1
   */
  public Interval simultaneous(double confidence, int tests) {
    Interval each = interval(1 - (1 - confidence) / tests);
    return new Interval(mean, each.low(), each.high(), confidence);
  }

  /**
   * The p-value of equivalence: how likely a mean this close to 0 is if the true one lies at the
   * margin or beyond.
   *
   * @param margin the largest difference that does not matter, more than 0
   */
  public double equivalenceP(double margin) {
    TDistribution distribution = distribution();
    double aboveLow = distribution.cumulativeProbability(-(mean + margin) / standardError);
    double belowHigh = distribution.cumulativeProbability((mean - margin) / standardError);
    return Math.max(aboveLow, belowHigh);
  }

  private TDistribution distribution() {
    return new TDistribution(df);
  }
}
