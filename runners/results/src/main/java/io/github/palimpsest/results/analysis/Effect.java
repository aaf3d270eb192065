package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.PairedDifference;
import java.util.Arrays;

/**
 * The change of an outcome when one level of an axis replaces another, or the change of this effect
 * when one level of a second axis replaces another.
 *
 * <pre>
 *   main effect:  mean(high) - mean(low), over the same combinations of the other axes
 *   interaction:  (high - low with otherHigh) - (high - low with otherLow), not halved, likewise
 * </pre>
 *
 * @param axis the axis
 * @param other the second axis of an interaction; empty for a main effect
 * @param high the level of interest
 * @param low the level that it replaces
 * @param otherHigh the level of the second axis; empty for a main effect
 * @param otherLow the level that this one replaces; empty for a main effect
 * @param combinations number of combinations of the remaining axes in the mean
 * @param interval the estimate with its t interval
 * @param p two-sided, not adjusted
 * @param adjusted the p-value among all effects on the same outcome
 * @param perSeed the same contrast within each seed
 * @param bootstrap the percentile bootstrap interval over seeds
 */
public record Effect(
    String axis,
    String other,
    String high,
    String low,
    String otherHigh,
    String otherLow,
    int combinations,
    Interval interval,
    double p,
    Adjusted adjusted,
    double[] perSeed,
    Interval bootstrap) {
  /** Copies the array. */
  public Effect {
    perSeed = perSeed.clone();
  }

  @Override
  public double[] perSeed() {
    return perSeed.clone();
  }

  /** Whether this is an interaction of two axes. */
  public boolean interaction() {
    return !other.isEmpty();
  }

  /** The contrast in words. */
  public String contrast() {
    return interaction()
        ? String.format(
            "(%s - %s with %s) - (%s - %s with %s)", high, low, otherHigh, high, low, otherLow)
        : high + " - " + low;
  }

  /** This contrast as a paired difference over seeds, with effect size and t interval. */
  public PairedDifference bySeed() {
    return PairedDifference.ofDifferences(perSeed, interval.confidence());
  }

  Effect with(Adjusted other) {
    return new Effect(
        axis,
        this.other,
        high,
        low,
        otherHigh,
        otherLow,
        combinations,
        interval,
        p,
        other,
        perSeed,
        bootstrap);
  }

  /** Whether its first axis has the same levels as in another effect. */
  boolean sameLevels(Effect that) {
    return axis.equals(that.axis) && high.equals(that.high) && low.equals(that.low);
  }

  @Override
  public String toString() {
    return contrast() + ": " + interval + ", by seed " + Arrays.toString(perSeed);
  }
}
