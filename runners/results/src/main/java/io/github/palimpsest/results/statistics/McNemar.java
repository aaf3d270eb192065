package io.github.palimpsest.results.statistics;

import java.util.List;
import org.hipparchus.distribution.discrete.BinomialDistribution;

/**
 * McNemar's test on items that are judged right or wrong twice (McNemar 1947); {@code b} items
 * changed from right to wrong, {@code c} from wrong to right.
 *
 * <pre>
 *   exact p = min(1, 2 P(Binomial(b + c, 1/2) &lt;= min(b, c)))
 *   mid-p   = exact p - P(X = min(b, c)), or 1 - P(X = b) / 2 where b = c
 * </pre>
 *
 * <p>The tail is a sum of its terms, so that small values keep their digits: one minus the other
 * tail would be 0 below 1e-16.
 *
 * @param lost items right before and wrong after: {@code b}
 * @param gained items wrong before and right after: {@code c}
 */
public record McNemar(int lost, int gained) {
  /** Up to this number of changed items no binomial coefficient overflows. */
  private static final int COUNTED = 1_000;

  /**
   * Counts the discordant items.
   *
   * @param before right (true) or wrong, by item
   * @param after the same items in the same order
   * @throws IllegalArgumentException if the numbers of items differ
   */
  public static McNemar of(boolean[] before, boolean[] after) {
    if (before.length != after.length) {
      throw new IllegalArgumentException(
          before.length + " items cannot be paired with " + after.length);
    }
    int lost = 0;
    int gained = 0;
    for (int i = 0; i < before.length; i++) {
      lost += before[i] && !after[i] ? 1 : 0;
      gained += !before[i] && after[i] ? 1 : 0;
    }
    return new McNemar(lost, gained);
  }

  /**
   * The counts of several strata together, for the stratified exact test: given how many items
   * changed within each stratum, under the null hypothesis each of them is lost or gained by a fair
   * coin, so that the losses of all strata together are binomial too.
   *
   * @param strata one for each seed
   */
  public static McNemar stratified(List<McNemar> strata) {
    return new McNemar(
        strata.stream().mapToInt(McNemar::lost).sum(),
        strata.stream().mapToInt(McNemar::gained).sum());
  }

  /**
   * The exact two-sided p-value; 1 where nothing changed. It is never 0: one that is too small for
   * a double is the smallest double above 0.
   */
  public double exactP() {
    return discordant() == 0 ? 1 : Math.min(1, Math.max(Double.MIN_VALUE, 2 * tail()));
  }

  /** The mid-p value, less conservative than the exact one; 1 if nothing changed. */
  public double midP() {
    if (discordant() == 0) {
      return 1;
    }
    double atSmaller = binomial().probability(smaller());
    return lost == gained ? 1 - atSmaller / 2 : Math.max(Double.MIN_VALUE, 2 * tail() - atSmaller);
  }

  /** {@code P(X <= min(b, c)) = (C(n, 0) + ... + C(n, min(b, c))) / 2^n}. */
  private double tail() {
    int n = discordant();
    if (n > COUNTED) {
      // from the largest term downwards: P(X = k - 1) / P(X = k) = k / (n - k + 1)
      double term = 1;
      double sum = 1;
      for (int k = smaller(); k > 0 && term > 0; k--) {
        term *= k / (n - k + 1.0);
        sum += term;
      }
      return binomial().probability(smaller()) * sum;
    }
    double choose = 1;
    double sum = 1;
    for (int k = 1; k <= smaller(); k++) {
      choose = choose * (n - k + 1) / k;
      sum += choose;
    }
    return Math.scalb(sum, -n);
  }

  private int discordant() {
    return lost + gained;
  }

  private int smaller() {
    return Math.min(lost, gained);
  }

  private BinomialDistribution binomial() {
    return new BinomialDistribution(discordant(), 0.5);
  }
}
