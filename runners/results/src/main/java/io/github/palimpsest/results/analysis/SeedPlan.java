package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.statistics.Power;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What planned seeds can find. A primary effect is tested over seeds at {@link SeedContrast#ALPHA}
 * divided by the effects in its family, which holds those on all primary outcomes.
 *
 * @param spreads the spread of each primary outcome, at least one
 * @param tests effects in the primary family, at least 1
 * @param source where the standard deviations come from, for people
 */
public record SeedPlan(List<Spread> spreads, int tests, String source) {
  /**
   * The spread over seeds of the effects on an outcome.
   *
   * @param outcome its name; empty for a stated spread
   * @param sd the standard deviation over seeds of an effect within a seed
   */
  public record Spread(String outcome, double sd) {
    /**
     * @throws PalimpsestException if the standard deviation is not a positive number
     */
    public Spread {
      if (!(sd > 0) || !Double.isFinite(sd)) {
        throw new PalimpsestException(
            "a standard deviation over seeds of " + sd + " says nothing; it must be above 0");
      }
    }
  }

  /** Copies the list, the widest spread first. */
  public SeedPlan {
    spreads = spreads.stream().sorted(Comparator.comparingDouble(Spread::sd).reversed()).toList();
    if (spreads.isEmpty()) {
      throw new IllegalArgumentException("a plan of seeds needs a spread");
    }
    tests = Math.max(1, tests);
  }

  /** A stated spread, of every outcome. */
  public SeedPlan(double sd, int tests, String source) {
    this(List.of(new Spread("", sd)), tests, source);
  }

  /**
   * Takes the largest standard deviation of the primary effects of a pilot, outcome by outcome. The
   * family is that of the planned grid: on each primary outcome, each level of each axis against
   * the first, without the levels at which no cell of the pilot has the outcome.
   *
   * @param pilot the analysis of its cells, which claims what the planned grid will claim
   * @param cells the cells of the pilot
   * @param source names the pilot, for people
   * @param levels the planned levels of each axis
   * @throws PalimpsestException if the pilot has fewer than three seeds, or no primary effect
   */
  public static SeedPlan ofPilot(
      Analysis pilot,
      List<Observation> cells,
      String source,
      Map<String, ? extends Collection<String>> levels) {
    List<Spread> spreads = new ArrayList<>();
    for (Effects e : pilot.effects()) {
      e.main().stream()
          .filter(x -> x.conclusion().primary() && x.seeds().test().isPresent())
          .mapToDouble(x -> x.seeds().sd())
          .max()
          .ifPresent(sd -> spreads.add(new Spread(e.outcome().name(), sd)));
    }
    if (spreads.isEmpty()) {
      throw new PalimpsestException(
          "the pilot "
              + source
              + " has no primary effect with a standard deviation over seeds; it needs at least 3"
              + " seeds and two levels of an axis");
    }
    int tests = pilot.settings().primary().stream().mapToInt(o -> effects(o, cells, levels)).sum();
    return new SeedPlan(spreads, tests, source);
  }

  /** The main effects that a planned grid will have on an outcome. */
  private static int effects(
      String outcome, List<Observation> cells, Map<String, ? extends Collection<String>> levels) {
    int effects = 0;
    for (Map.Entry<String, ? extends Collection<String>> axis : levels.entrySet()) {
      long defined =
          axis.getValue().stream().filter(l -> defined(outcome, axis.getKey(), l, cells)).count();
      effects += (int) Math.max(0, defined - 1);
    }
    return effects;
  }

  /** Whether an outcome is defined at a level, as far as the pilot tells. */
  private static boolean defined(
      String outcome, String axis, String level, List<Observation> cells) {
    List<Observation> there =
        cells.stream().filter(c -> level.equals(c.levels().get(axis))).toList();
    return there.isEmpty() || there.stream().anyMatch(c -> Double.isFinite(c.outcome(outcome)));
  }

  /** The largest standard deviation, which decides what the seeds find. */
  public Spread widest() {
    return spreads.get(0);
  }

  /**
   * The smallest true effect that is found in four runs of five on every outcome.
   *
   * @param seeds at least 3
   */
  public double detectable(int seeds) {
    return detectable(widest(), seeds);
  }

  /** The smallest true effect that is found in four runs of five on one outcome. */
  public double detectable(Spread of, int seeds) {
    return of.sd()
        * Power.detectable(
            seeds, SeedContrast.ALPHA / tests, SeedContrast.POWER, Power.Alternative.TWO_SIDED);
  }

  /**
   * The seeds that find a true effect in four runs of five on every outcome.
   *
   * @param effect of either sign
   * @return at least 3; empty for more than ten million, and for an effect of 0
   */
  public OptionalInt seedsFor(double effect) {
    return seedsFor(widest(), effect);
  }

  /** The seeds that find a true effect in four runs of five on one outcome. */
  public OptionalInt seedsFor(Spread of, double effect) {
    return SeedContrast.seedsFor(effect, of.sd(), tests);
  }
}
