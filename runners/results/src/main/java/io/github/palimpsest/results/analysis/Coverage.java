package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How an analysis does on made-up grids whose truth is known: how often its intervals cover, how
 * often it claims what is not there, and how often it finds what is.
 *
 * @param scenario where the grids came from
 * @param seeds of each grid, or the fewest if a rule adds some
 * @param meanSeeds of all grids
 * @param reached the share of grids that got the precision that the rule wanted
 * @param simulations how many grids
 * @param contrasts each contrast, in the order of the analysis
 * @param falseClaims the share of grids with a claim of at least one effect that is truly 0
 * @param familyCovered the share of grids whose simultaneous intervals all cover; NaN without any
 */
public record Coverage(
    String scenario,
    int seeds,
    double meanSeeds,
    double reached,
    int simulations,
    List<Of> contrasts,
    double falseClaims,
    double familyCovered) {
  /** A true effect below this is none. */
  private static final double NOTHING = 1e-9;

  /** Copies the list. */
  public Coverage {
    contrasts = List.copyOf(contrasts);
  }

  /**
   * A contrast.
   *
   * @param contrast its levels
   * @param truth its true value
   * @param covered the share of its intervals that hold the truth; NaN where no grid has one
   * @param claimed the share of grids that claim it
   */
  public record Of(String contrast, double truth, double covered, double claimed) {
    /** Whether there is truly no effect. */
    public boolean none() {
      return Math.abs(truth) < NOTHING;
    }
  }

  /** What is counted of one contrast. */
  private static final class Count {
    private int intervals;
    private int covering;
    private int claims;
  }

  /** Counts over all grids of a simulation. */
  private static final class Tally {
    private final Map<String, Double> truth;
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private int falseClaims;
    private int families;
    private int coveringFamilies;
    private long seeds;
    private int reached;

    Tally(Map<String, Double> truth) {
      this.truth = truth;
    }

    private double truth(Effect e) {
      Double known = truth.get(e.contrast());
      if (known == null) {
        throw new IllegalArgumentException("no truth of '" + e.contrast() + "' in " + truth);
      }
      return known;
    }

    void add(Effects effects) {
      boolean falsely = false;
      boolean together = true;
      boolean family = false;
      for (Effect e : effects.main()) {
        boolean claims = e.conclusion().verdict() == Conclusion.Verdict.EFFECT;
        falsely |= claims && Math.abs(truth(e)) < NOTHING;
        Optional<Interval> simultaneous = e.conclusion().simultaneous();
        if (simultaneous.isPresent()) {
          family = true;
          together &= !simultaneous.get().excludes(truth(e));
        }
        count(e, claims);
      }
      effects.interactions().forEach(e -> count(e, false));
      falseClaims += falsely ? 1 : 0;
      families += family ? 1 : 0;
      coveringFamilies += family && together ? 1 : 0;
    }

    private void count(Effect e, boolean claims) {
      Count count = counts.computeIfAbsent(e.contrast(), c -> new Count());
      count.claims += claims ? 1 : 0;
      if (e.interval().isPresent()) {
        count.intervals++;
        count.covering += e.interval().get().excludes(truth(e)) ? 0 : 1;
      }
    }
  }

  /**
   * Analyses made-up grids whose noise is from a stream named by the scenario and the seeds, so
   * that equal questions have equal answers.
   *
   * @param scenario where they come from
   * @param rule how many seeds each grid gets
   * @param simulations how many, at least 1
   * @param settings of the analysis; the scenario's outcome is the primary one
   */
  public static Coverage of(
      Scenario scenario, SeedRule rule, int simulations, AnalysisSettings settings) {
    return of(
        scenario,
        rule,
        simulations,
        settings,
        Resamples.stream("coverage " + scenario.title(), rule.fewest()));
  }

  /**
   * Analyses made-up grids with a fixed number of seeds.
   *
   * @param scenario where they come from
   * @param seeds of each grid, at least 1
   * @param simulations how many, at least 1
   * @param settings of the analysis; the scenario's outcome is the primary one
   * @param rng where the noise comes from
   */
  public static Coverage of(
      Scenario scenario,
      int seeds,
      int simulations,
      AnalysisSettings settings,
      RandomGenerator rng) {
    return of(scenario, SeedRule.fixed(seeds), simulations, settings, rng);
  }

  /**
   * Analyses made-up grids.
   *
   * @param scenario where they come from
   * @param rule how many seeds each grid gets
   * @param simulations how many, at least 1
   * @param settings of the analysis; the scenario's outcome is the primary one
   * @param rng where the noise comes from
   */
  public static Coverage of(
      Scenario scenario,
      SeedRule rule,
      int simulations,
      AnalysisSettings settings,
      RandomGenerator rng) {
    AnalysisSettings claiming = rule.over(settings.claiming(List.of(scenario.outcome().name())));
    Tally tally = new Tally(scenario.truth());
    for (int i = 0; i < simulations; i++) {
      List<Effects> found = SeedRule.judged(scenario, rule.draw(scenario, claiming, rng), claiming);
      tally.add(found.get(0));
      tally.seeds += found.get(0).seeds();
      tally.reached += rule.reached(found) ? 1 : 0;
    }
    List<Of> contrasts = new ArrayList<>();
    tally.counts.forEach(
        (contrast, count) ->
            contrasts.add(
                new Of(
                    contrast,
                    scenario.truth().getOrDefault(contrast, Double.NaN),
                    share(count.covering, count.intervals),
                    share(count.claims, simulations))));
    return new Coverage(
        scenario.title(),
        rule.fewest(),
        (double) tally.seeds / simulations,
        share(tally.reached, simulations),
        simulations,
        contrasts,
        share(tally.falseClaims, simulations),
        share(tally.coveringFamilies, tally.families));
  }

  private static double share(int some, int all) {
    return all == 0 ? Double.NaN : (double) some / all;
  }

  /** The lowest coverage of any contrast; NaN where there is no interval. */
  public double lowest() {
    return contrasts.stream()
        .mapToDouble(Of::covered)
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }

  /** The highest coverage of any contrast; NaN where there is no interval. */
  public double highest() {
    return contrasts.stream()
        .mapToDouble(Of::covered)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }
}
