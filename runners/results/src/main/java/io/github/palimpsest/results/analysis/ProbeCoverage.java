package io.github.palimpsest.results.analysis;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often the association of a probe with later forgetting is called one, on made-up runs.
 *
 * @param scenario where the runs came from
 * @param recipes of each grid
 * @param seeds of each grid
 * @param simulations the number of grids
 * @param found of the grids with an interval, the share in which it excludes 0; NaN without any
 */
public record ProbeCoverage(
    ProbeScenario scenario, int recipes, int seeds, int simulations, double found) {
  /** Fewer than a report draws; the size of the test does not depend on them. */
  private static final int PERMUTATIONS = 199;

  /** Grids of 20 and more runs, by recipes and seeds. */
  public static final List<int[]> SHAPES =
      List.of(
          new int[] {2, 10},
          new int[] {5, 4},
          new int[] {10, 2},
          new int[] {20, 1},
          new int[] {6, 10});

  /**
   * Simulates.
   *
   * @param simulations at least 1
   * @param rng where runs and permutations come from
   */
  public static ProbeCoverage of(
      ProbeScenario scenario, int recipes, int seeds, int simulations, RandomGenerator rng) {
    int tested = 0;
    int found = 0;
    for (int i = 0; i < simulations; i++) {
      Optional<Boolean> excludes =
          ProbeAssociation.of(
                  "task",
                  "next",
                  scenario.title(),
                  scenario.draw(recipes, seeds, rng),
                  PERMUTATIONS,
                  rng)
              .interval()
              .map(v -> v.excludes(0));
      tested += excludes.isPresent() ? 1 : 0;
      found += excludes.orElse(false) ? 1 : 0;
    }
    return new ProbeCoverage(
        scenario, recipes, seeds, simulations, tested == 0 ? Double.NaN : (double) found / tested);
  }
}
