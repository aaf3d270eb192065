package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.util.Optional;

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
 * @param otherLow the level that this one stands in for; empty for a main effect
 * @param combinations how many combinations of the remaining axes it is the mean over
 * @param seeds the contrast within each seed
 * @param pooled the test by the error of the whole factorial; empty unless it was asked for
 * @param conclusion what may be said of it
 */
public record Effect(
    String axis,
    String other,
    String high,
    String low,
    String otherHigh,
    String otherLow,
    int combinations,
    SeedContrast seeds,
    Optional<TTest> pooled,
    Conclusion conclusion) {
  /** The test: the pooled one if it was asked for, else the one over seeds. */
  public Optional<TTest> test() {
    return pooled.or(seeds::test);
  }

  /** The estimate. */
  public double estimate() {
    return seeds.mean();
  }

  /** The interval of this contrast alone; empty where there is no test. */
  public Optional<Interval> interval() {
    return test().map(t -> t.interval(AnalysisSettings.CONFIDENCE));
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

  Effect with(Conclusion judged) {
    return new Effect(
        axis, other, high, low, otherHigh, otherLow, combinations, seeds, pooled, judged);
  }

  /** Whether its first axis has the same levels as in another effect. */
  boolean sameLevels(Effect that) {
    return axis.equals(that.axis) && high.equals(that.high) && low.equals(that.low);
  }

  @Override
  public String toString() {
    return contrast() + ": " + estimate() + ", by seed " + seeds;
  }
}
