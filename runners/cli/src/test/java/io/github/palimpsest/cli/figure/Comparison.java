package io.github.palimpsest.cli.figure;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the seeds say of one quantity of a recipe and of the one that it is compared with.
 *
 * @param quantity in the middle of a sentence; lower is better
 * @param base the recipe that it is compared with
 * @param difference the recipe minus the base at the same seed, in nats per token
 */
public record Comparison(String quantity, String base, SeedContrast difference) {
  /** A sentence in Markdown. It claims no difference that the interval leaves open. */
  public String sentence() {
    String seeds = difference.n() + " seeds";
    if (difference.test().isEmpty()) {
      double largest = Arrays.stream(difference.perSeed()).map(Math::abs).max().orElse(0);
      return largest <= Measurements.RESOLUTION
          ? "The %s is that of `%s` at each of %s, to 0.0001 nats.".formatted(quantity, base, seeds)
          : "The %s is %s nats from that of `%s`; %s."
              .formatted(quantity, number(difference.mean()), base, difference.evidence().words());
    }
    Interval interval = difference.test().get().interval(1 - SeedContrast.ALPHA);
    double sign = interval.excludes(0) && interval.estimate() < 0 ? -1 : 1;
    String range =
        "95 %% interval %s to %s, %s"
            .formatted(
                number(Math.min(sign * interval.low(), sign * interval.high())),
                number(Math.max(sign * interval.low(), sign * interval.high())),
                seeds);
    if (!interval.excludes(0)) {
      return "Whether the %s differs from that of `%s` is open: the difference is %s nats (%s)."
          .formatted(quantity, base, number(interval.estimate()), range);
    }
    return "The %s is %s nats %s than that of `%s` (%s)."
        .formatted(
            quantity,
            number(sign * interval.estimate()),
            interval.estimate() < 0 ? "lower" : "higher",
            base,
            range);
  }

  private static String number(double value) {
    String three = String.format(Locale.ROOT, "%.3f", value);
    return three.equals("-0.000") ? "0.000" : three;
  }
}
