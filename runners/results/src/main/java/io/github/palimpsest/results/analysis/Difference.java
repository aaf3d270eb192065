package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.PairedDifference;
import io.github.palimpsest.results.statistics.Power;
import java.util.OptionalInt;

/**
 * A recipe against the baseline on one outcome, over the seeds that both have.
 *
 * @param recipe without its defaults
 * @param paired the recipe minus the baseline: t test, t interval, effect size
 * @param bootstrap the percentile bootstrap interval over seeds
 * @param adjusted the p-value among all recipes
 */
public record Difference(
    String recipe, PairedDifference paired, Interval bootstrap, Adjusted adjusted) {
  /** The power for which numbers of seeds are computed. */
  public static final double POWER = 0.8;

  /** The level for which numbers of seeds are computed. */
  public static final double ALPHA = 0.05;

  /** The smallest true difference that this number of seeds finds in four runs of five. */
  public double detectable() {
    return paired.sd() == 0
        ? 0
        : paired.sd() * Power.detectable(paired.n(), ALPHA, POWER, Power.Alternative.TWO_SIDED);
  }

  /**
   * The number of seeds that a paired t test needs to find a difference with the observed spread.
   *
   * @param difference the difference, of either sign
   * @return at least 2; empty for more than ten million
   * @throws io.github.palimpsest.api.PalimpsestException if the difference is 0
   */
  public OptionalInt seedsFor(double difference) {
    double size = Math.abs(difference);
    if (paired.sd() == 0 && size > 0) {
      return OptionalInt.of(2);
    }
    if (size > 0 && size / paired.sd() < Power.SMALLEST) {
      return OptionalInt.empty();
    }
    // at least two seeds are needed, and below two degrees of freedom the integral is hard
    if (Power.of(size / paired.sd(), 2, ALPHA, Power.Alternative.TWO_SIDED) >= POWER) {
      return OptionalInt.of(2);
    }
    double seeds =
        Power.requiredSeeds(size / paired.sd(), ALPHA, POWER, Power.Alternative.TWO_SIDED);
    return OptionalInt.of(Math.max(2, (int) Math.ceil(seeds)));
  }
}
