package io.github.palimpsest.results.statistics;

import io.github.palimpsest.api.PalimpsestException;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.special.Gamma;

/**
 * The number of seeds that a paired t test needs. Its power is a tail of the noncentral t
 * distribution with {@code n - 1} degrees of freedom and noncentrality {@code d_z sqrt(n)}.
 */
public final class Power {
  private static final double MOST_SEEDS = 1e7;

  /** The smallest size for which a number of seeds is searched. */
  public static final double SMALLEST = 1e-3;

  private Power() {}

  /** The sign of differences to detect. */
  public enum Alternative {
    /** Either sign. */
    TWO_SIDED,
    /** Positive ones only. */
    LARGER
  }

  /**
   * The chance of finding a difference of standardised size {@code dz}.
   *
   * @param dz the size in standard deviations of the difference; at least 0
   * @param n seeds; may be fractional, more than 1
   * @param alpha the level of the test
   */
  public static double of(double dz, double n, double alpha, Alternative alternative) {
    return of(dz, n, n - 1, alpha, alternative);
  }

  private static double of(double dz, double n, double df, double alpha, Alternative alternative) {
    double noncentrality = dz * Math.sqrt(n);
    double level = alternative == Alternative.TWO_SIDED ? alpha / 2 : alpha;
    double critical = new TDistribution(df).inverseCumulativeProbability(1 - level);
    double upper = 1 - noncentralT(critical, df, noncentrality);
    return alternative == Alternative.TWO_SIDED
        ? upper + noncentralT(-critical, df, noncentrality)
        : upper;
  }

  /**
   * The number of seeds, as a real number, at which the power is reached; round up to run it.
   *
   * @throws PalimpsestException if the size is not positive or no number of seeds suffices
   */
  public static double requiredSeeds(
      double dz, double alpha, double power, Alternative alternative) {
    if (!(dz > 0) || !(alpha > 0 && alpha < power && power < 1)) {
      throw new PalimpsestException(
          "power needs d_z > 0 and 0 < alpha < power < 1, not d_z="
              + dz
              + ", alpha="
              + alpha
              + ", power="
              + power);
    }
    UnivariateFunction lacking = n -> of(dz, n, alpha, alternative) - power;
    double low = 1.0 + 1e-3;
    if (lacking.value(2) >= 0) {
      return lacking.value(low) >= 0 ? low : solve(lacking, low, 2);
    }
    double high = 4;
    while (lacking.value(high) < 0) {
      low = high;
      high *= 2;
      if (high > MOST_SEEDS) {
        throw new PalimpsestException("d_z=" + dz + " would need more than 10 million seeds");
      }
    }
    return solve(lacking, Math.max(2, low), high);
  }

  /** The standardised difference that a number of seeds detects with the given power. */
  public static double detectable(int n, double alpha, double power, Alternative alternative) {
    return detectable(n, n - 1, alpha, power, alternative);
  }

  /**
   * The standardised difference that a number of seeds detects, where the test has fewer degrees of
   * freedom than these seeds would give.
   *
   * @param df degrees of freedom of the test, at least 1
   */
  static double detectable(int n, int df, double alpha, double power, Alternative alternative) {
    Interval.requireSeeds(n, "a detectable difference");
    UnivariateFunction lacking = d -> of(d, n, df, alpha, alternative) - power;
    double high = 1;
    while (lacking.value(high) < 0) {
      high *= 2;
    }
    return solve(lacking, 0, high);
  }

  private static double solve(UnivariateFunction f, double low, double high) {
    return new BrentSolver(1e-12, 1e-12, 1e-15).solve(1000, f, low, high);
  }

  /**
   * {@code P(T <= t) = integral of Phi(t s - noncentrality) f(s) ds}, where {@code s = sqrt(chi2_df
   * / df)} has the density {@code f}.
   */
  static double noncentralT(double t, double df, double noncentrality) {
    NormalDistribution normal = new NormalDistribution();
    double logScale = Math.log(2) + df / 2 * Math.log(df / 2) - Gamma.logGamma(df / 2);
    UnivariateFunction integrand =
        s ->
            s <= 0
                ? 0
                : normal.cumulativeProbability(t * s - noncentrality)
                    * Math.exp(logScale + (df - 1) * Math.log(s) - df * s * s / 2);
    double spread = 12 / Math.sqrt(2 * df);
    double from = Math.max(0, 1 - spread);
    return new IterativeLegendreGaussIntegrator(20, 1e-11, 1e-13)
        .integrate(2_000_000, integrand, from, 1 + spread);
  }
}
