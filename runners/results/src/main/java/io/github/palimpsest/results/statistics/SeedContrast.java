package io.github.palimpsest.results.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * A contrast computed within each seed. The seed is the unit: cells of one seed may share stages of
 * training, so that only whole seeds are independent of each other.
 *
 * <pre>
 *   d[s] = sum of weight[cell] y[cell, s],  mean = sum d / n,  sd with n - 1
 *   t = mean / (sd / sqrt(n)) on n - 1 degrees of freedom
 *   d_z = mean / sd,  Hedges: d_z (1 - 3 / (4 (n - 1) - 1))
 * </pre>
 *
 * <p>Where the number of seeds followed from the spread of the first {@code n0}, the test takes its
 * standard deviation from these alone: {@code t = mean / (sd0 / sqrt(n))} on {@code n0 - 1} degrees
 * of freedom (Stein 1945). The sd of all seeds would be too small: few seeds are added where the
 * first ones happen to be close together.
 *
 * @param perSeed the contrast within each seed; the seeds of the first stage before the others
 * @param resolution the smallest standard deviation that the score can show; where the seeds differ
 *     by less, no test is defined
 * @param first the number of seeds whose spread decided how many there are; all of them if their
 *     number was fixed
 */
public record SeedContrast(double[] perSeed, double resolution, int first) {
  /** Seeds from which an interval is shown. */
  public static final int FOR_INTERVALS = 3;

  /** Seeds from which a claim needs no further caveat. */
  private static final int FOR_CLAIMS = 5;

  private static final double ROUNDING = 1e-12;

  /** The level that numbers of seeds are given for. */
  public static final double ALPHA = 0.05;

  /** The power that numbers of seeds are given for. */
  public static final double POWER = 0.8;

  /** How much the seeds can carry. */
  public enum Evidence {
    /** One seed, or none: nothing is known of its variation. */
    SINGLE("one seed says nothing of its variation, so no interval can be given"),
    /** Two seeds: their differences are listed, without an interval. */
    LISTED("two seeds carry neither an interval nor a p-value; run at least 3"),
    /** The seeds differ by less than the score can show. */
    UNDEFINED("the seeds differ by less than the score resolves, so no interval is defined"),
    /** Three or four seeds: an interval that is wide. */
    WIDE(
        "with 3 or 4 seeds intervals are wide, since the spread of so few seeds is itself"
            + " uncertain"),
    /** Five seeds or more. */
    FULL("");

    private final String words;

    Evidence(String words) {
      this.words = words;
    }

    /** The caveat for readers; empty where none is needed. */
    public String words() {
      return words;
    }
  }

  /**
   * Copies the array.
   *
   * @throws IllegalArgumentException if the first stage has more seeds than there are
   */
  public SeedContrast {
    perSeed = perSeed.clone();
    if (first < 0 || first > perSeed.length) {
      throw new IllegalArgumentException(
          "a first stage of " + first + " seeds among " + perSeed.length);
    }
  }

  /** The contrast within each seed as text, separated by commas. */
  public String listed(DoubleFunction<String> number) {
    return Arrays.stream(perSeed).mapToObj(number).collect(Collectors.joining(", "));
  }

  /** A contrast over a fixed number of seeds. */
  public SeedContrast(double[] perSeed, double resolution) {
    this(perSeed, resolution, perSeed.length);
  }

  @Override
  public double[] perSeed() {
    return perSeed.clone();
  }

  /** The number of seeds. */
  public int n() {
    return perSeed.length;
  }

  /** The mean over seeds; NaN without any. */
  public double mean() {
    return n() == 0 ? Double.NaN : Sums.mean(perSeed);
  }

  /** The standard deviation over seeds; NaN with fewer than two. */
  public double sd() {
    return deviation(perSeed);
  }

  private static double deviation(double[] values) {
    return values.length < 2
        ? Double.NaN
        : Math.sqrt(Sums.squaresAround(Sums.mean(values), values) / (values.length - 1));
  }

  /** The standard deviation of the test: that of the first stage. */
  private double spread() {
    return deviation(Arrays.copyOf(perSeed, first));
  }

  /** How much these seeds can carry. */
  public Evidence evidence() {
    if (first < 2) {
      return Evidence.SINGLE;
    }
    if (first < FOR_INTERVALS) {
      return Evidence.LISTED;
    }
    if (!defined()) {
      return Evidence.UNDEFINED;
    }
    return first < FOR_CLAIMS ? Evidence.WIDE : Evidence.FULL;
  }

  /** Whether the seeds differ by more than the score's resolution. */
  private boolean defined() {
    return first >= 2 && spread() > rounding() && spread() >= resolution;
  }

  /** What rounding alone may make equal differences differ by. */
  private double rounding() {
    return ROUNDING * Arrays.stream(perSeed).map(Math::abs).max().orElse(0);
  }

  /** The test over seeds; empty with fewer than 3 seeds, and where it is not defined. */
  public Optional<TTest> test() {
    return evidence() == Evidence.WIDE || evidence() == Evidence.FULL
        ? Optional.of(arithmetic())
        : Optional.empty();
  }

  /** The test, whatever the number of seeds may carry. */
  TTest arithmetic() {
    Interval.requireSeeds(n(), "a contrast");
    return new TTest(mean(), spread() / Math.sqrt(n()), first - 1);
  }

  /** The standardised effect {@code d_z}; NaN where no standard deviation is defined. */
  public double dz() {
    return defined() ? mean() / sd() : Double.NaN;
  }

  /** {@code d_z} with Hedges' correction for few seeds; NaN where {@code d_z} is. */
  public double hedges() {
    return dz() * (1 - 3.0 / (4 * (n() - 1) - 1));
  }

  /**
   * The smallest true mean that this many seeds find in four runs of five, at the spread seen here;
   * NaN where no standard deviation is defined.
   *
   * @param tests made together with this one, each at {@link #ALPHA} divided by their number; 1 for
   *     a contrast that is not claimed
   */
  public double detectable(int tests) {
    return defined()
        ? sd() * Power.detectable(n(), first - 1, ALPHA / tests, POWER, Power.Alternative.TWO_SIDED)
        : Double.NaN;
  }

  /**
   * The number of seeds that a test over seeds needs to find a true mean, with the spread seen
   * here.
   *
   * @param difference the true mean, of either sign
   * @param tests made together with this one, each at {@link #ALPHA} divided by their number
   * @return at least 3; empty for more than ten million, where no standard deviation is defined,
   *     and for a difference of 0
   */
  public OptionalInt seedsFor(double difference, int tests) {
    return defined() ? seedsFor(difference, sd(), tests) : OptionalInt.empty();
  }

  /**
   * The number of seeds that a test needs to find a true mean at a known spread.
   *
   * @param difference the true mean, of either sign
   * @param sd the standard deviation over seeds, more than 0
   * @param tests made together with this one, each at {@link #ALPHA} divided by their number
   * @return at least 3; empty for more than ten million, and for a difference of 0
   */
  public static OptionalInt seedsFor(double difference, double sd, int tests) {
    double size = Math.abs(difference) / sd;
    if (!(size >= Power.SMALLEST)) {
      return OptionalInt.empty();
    }
    double alpha = ALPHA / tests;
    if (Power.of(size, FOR_INTERVALS, alpha, Power.Alternative.TWO_SIDED) >= POWER) {
      return OptionalInt.of(FOR_INTERVALS);
    }
    double seeds = Power.requiredSeeds(size, alpha, POWER, Power.Alternative.TWO_SIDED);
    return OptionalInt.of(Math.max(FOR_INTERVALS, (int) Math.ceil(seeds)));
  }

  @Override
  public String toString() {
    return Arrays.toString(perSeed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeedContrast c
        && Arrays.equals(perSeed, c.perSeed)
        && resolution == c.resolution
        && first == c.first;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(perSeed);
  }
}
