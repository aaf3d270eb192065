package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.statistics.Power;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.List;
import java.util.OptionalInt;

/**
 * What planned seeds can find. A primary effect is tested over seeds at {@link SeedContrast#ALPHA}
 * divided by the effects in its family.
 *
 * @param sd the standard deviation over seeds of an effect within a seed
 * @param tests effects in the primary family, at least 1
 * @param source where the standard deviation comes from, for people
 */
public record SeedPlan(double sd, int tests, String source) {
  /**
   * @throws PalimpsestException if the standard deviation is not a positive number
   */
  public SeedPlan {
    if (!(sd > 0) || !Double.isFinite(sd)) {
      throw new PalimpsestException(
          "a standard deviation over seeds of " + sd + " says nothing; it must be above 0");
    }
    tests = Math.max(1, tests);
  }

  /**
   * Takes the largest standard deviation of the primary effects of a pilot.
   *
   * @param pilot the analysis of its cells
   * @param source names the pilot, for people
   * @param tests effects in the primary family that is planned
   * @throws PalimpsestException if the pilot has fewer than three seeds, or no primary effect
   */
  public static SeedPlan ofPilot(Analysis pilot, String source, int tests) {
    List<Effect> primary =
        pilot.effects().stream()
            .flatMap(e -> e.main().stream())
            .filter(e -> e.conclusion().primary() && e.seeds().test().isPresent())
            .toList();
    if (primary.isEmpty()) {
      throw new PalimpsestException(
          "the pilot "
              + source
              + " has no primary effect with a standard deviation over seeds; it needs at least 3"
              + " seeds and two levels of an axis");
    }
    double sd = primary.stream().mapToDouble(e -> e.seeds().sd()).max().orElseThrow();
    return new SeedPlan(sd, tests, source);
  }

  /**
   * The smallest true effect that is found in four runs of five.
   *
   * @param seeds at least 3
   */
  public double detectable(int seeds) {
    return sd
        * Power.detectable(
            seeds, SeedContrast.ALPHA / tests, SeedContrast.POWER, Power.Alternative.TWO_SIDED);
  }

  /**
   * The seeds that find a true effect in four runs of five.
   *
   * @param effect of either sign
   * @return at least 3; empty for more than ten million, and for an effect of 0
   */
  public OptionalInt seedsFor(double effect) {
    return SeedContrast.seedsFor(effect, sd, tests);
  }
}
