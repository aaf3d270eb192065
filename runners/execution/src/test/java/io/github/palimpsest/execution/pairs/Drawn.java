package io.github.palimpsest.execution.pairs;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The recipes of a {@link PairCover} that a run of the suite takes: with the seed {@code
 * -Dpairs.seed}, which is 0, some in which every component stands, or the first of these, and with
 * {@code -Dpairs.seed=all} all. What they cover is printed.
 *
 * @param seed of the draw; 0 if all are taken
 * @param recipes the recipes
 */
record Drawn(long seed, List<String> recipes) {
  /**
   * Draws.
   *
   * @param most at most this number of recipes, unless all are taken
   */
  static Drawn of(PairCover cover, int most) {
    String given = System.getProperty("pairs.seed", "0");
    boolean all = given.equals("all");
    long seed = all ? 0 : Long.parseLong(given);
    List<String> recipes = all ? cover.recipes() : cover.drawn(seed);
    recipes = all ? recipes : recipes.subList(0, Math.min(most, recipes.size()));
    System.out.printf(
        Locale.ROOT,
        "pairs.seed=%s: %d of %d recipes with %.0f %% of the components and %.1f %% of their pairs; all: -Dpairs.seed=all%n",
        given,
        recipes.size(),
        cover.recipes().size(),
        100 * cover.components(recipes),
        100 * cover.covered(recipes));
    return new Drawn(seed, recipes);
  }

  /** A generator for other draws. */
  Random random() {
    return new Random(seed);
  }
}
