package io.github.palimpsest.results.statistics;

import io.github.palimpsest.api.PalimpsestException;

/**
 * An estimate with its confidence interval.
 *
 * @param estimate the point estimate
 * @param low the lower end
 * @param high the upper end
 * @param confidence the coverage, for example 0.95
 */
public record Interval(double estimate, double low, double high, double confidence) {
  /** Whether the interval excludes a value. */
  public boolean excludes(double value) {
    return value < low || value > high;
  }

  /** The number of seeds that an interval over seeds needs. */
  static void requireSeeds(int seeds, String what) {
    if (seeds < 2) {
      throw new PalimpsestException(
          what
              + " has no interval: "
              + (seeds == 1 ? "one seed says" : "no seeds say")
              + " nothing about its variation; run at least 2 seeds");
    }
  }

  static void requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new PalimpsestException(
          "confidence=" + confidence + " must lie between 0 and 1, both excluded");
    }
  }
}
