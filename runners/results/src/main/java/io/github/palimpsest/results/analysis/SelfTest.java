package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The claims of an analysis, tested on made-up grids with this grid's own variances.
 *
 * @param outcome a primary outcome
 * @param effects grids with the effects that were measured
 * @param none grids without any effect
 */
public record SelfTest(Outcome outcome, Coverage effects, Coverage none) {
  /** Made-up grids of each kind. */
  private static final int SIMULATIONS = 500;

  /**
   * Grids with more cells are simulated by {@code bench coverage} alone: it takes too long here.
   */
  private static final int MOST_CELLS = 300;

  /**
   * Tests the claims about each primary outcome; empty where fewer than three seeds carry none, and
   * for grids of more than 300 cells.
   *
   * @param analysis what was claimed
   * @param cells the finished cells
   */
  public static List<SelfTest> of(Analysis analysis, List<Observation> cells) {
    int seeds = (int) cells.stream().map(Observation::seed).distinct().count();
    if (seeds < GridScenario.FEWEST_SEEDS || cells.size() > MOST_CELLS) {
      return List.of();
    }
    List<SelfTest> all = new ArrayList<>();
    for (Effects e : analysis.effects()) {
      if (e.main().stream().anyMatch(x -> x.conclusion().primary() && x.test().isPresent())) {
        GridScenario grid = GridScenario.of(e.outcome(), cells);
        all.add(
            new SelfTest(
                e.outcome(),
                coverage(grid, seeds, analysis.settings()),
                coverage(grid.without(), seeds, analysis.settings())));
      }
    }
    return all;
  }

  private static Coverage coverage(Scenario scenario, int seeds, AnalysisSettings settings) {
    return Coverage.of(
        scenario,
        settings.precision().<SeedRule>map(rule -> rule).orElse(SeedRule.fixed(seeds)),
        SIMULATIONS,
        settings);
  }

  private String grids() {
    return effects.meanSeeds() == effects.seeds()
        ? effects.seeds() + " seeds"
        : String.format(
            Locale.ROOT, "%.1f seeds on average, added by the same rule", effects.meanSeeds());
  }

  /** What the simulation says, in a sentence. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "Simulated with this grid's own variances (%d grids of %s): intervals of %s hold the"
            + " truth in %.1f to %.1f %%, and %.1f %% of grids without any effect would have a false"
            + " claim",
        effects.simulations(),
        grids(),
        outcome.name(),
        100 * effects.lowest(),
        100 * effects.highest(),
        100 * none.falseClaims());
  }
}
