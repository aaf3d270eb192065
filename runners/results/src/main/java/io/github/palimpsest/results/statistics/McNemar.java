package io.github.palimpsest.results.statistics;

import java.util.List;
import org.hipparchus.distribution.discrete.BinomialDistribution;

/**
 * McNemar's test on the same items judged right or wrong twice (McNemar 1947); {@code b} items went
 * from right to wrong, {@code c} from wrong to right.
 *
 * <pre>
 *   exact p = min(1, 2 P(Binomial(b + c, 1/2) &lt;= min(b, c)))
 *   mid-p   = exact p - P(X = min(b, c)), or 1 - P(X = b) / 2 where b = c
 * </pre>
 *
 * @param lost items right before and wrong after: {@code b}
 * @param gained items wrong before and right after: {@code c}
 */
public record McNemar(int lost, int gained) {
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

  /** The exact two-sided p-value; 1 where nothing changed. */
  public double exactP() {
    return discordant() == 0 ? 1 : Math.min(1, 2 * binomial().cumulativeProbability(smaller()));
  }

  /** The mid-p value, less conservative than the exact one; 1 where nothing changed. */
  public double midP() {
    if (discordant() == 0) {
      return 1;
    }
    double atSmaller = binomial().probability(smaller());
    return lost == gained
        ? 1 - atSmaller / 2
        : 2 * binomial().cumulativeProbability(smaller()) - atSmaller;
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
