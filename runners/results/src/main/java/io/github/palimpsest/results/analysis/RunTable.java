package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs that fill a table of recipes and seeds.
 *
 * @param runs recipe by recipe, the seeds of each in the same order
 * @param recipes the number of recipes
 * @param seeds the number of seeds
 */
record RunTable(List<ProbedRun> runs, int recipes, int seeds) {
  /**
   * The complete table that is left when the recipe or the seed that lacks the largest share of its
   * runs is dropped, again and again.
   */
  static RunTable of(List<ProbedRun> all) {
    Map<String, Map<Long, ProbedRun>> byRecipe = new LinkedHashMap<>();
    LinkedHashSet<Long> seeds = new LinkedHashSet<>();
    for (ProbedRun run : all) {
      byRecipe.computeIfAbsent(run.recipe(), r -> new LinkedHashMap<>()).put(run.seed(), run);
      seeds.add(run.seed());
    }
    while (drop(byRecipe, seeds)) {
      continue;
    }
    List<ProbedRun> table = new ArrayList<>();
    byRecipe
        .values()
        .forEach(runs -> seeds.forEach(s -> table.add(Objects.requireNonNull(runs.get(s)))));
    return new RunTable(table, byRecipe.size(), seeds.size());
  }

  /** Drops the recipe or the seed with the largest share missing; false if nothing is missing. */
  private static boolean drop(
      Map<String, Map<Long, ProbedRun>> byRecipe, LinkedHashSet<Long> seeds) {
    double most = 0;
    Object worst = null;
    for (Map.Entry<String, Map<Long, ProbedRun>> e : byRecipe.entrySet()) {
      long missing = seeds.stream().filter(s -> !e.getValue().containsKey(s)).count();
      if (missing > most * seeds.size()) {
        most = (double) missing / seeds.size();
        worst = e.getKey();
      }
    }
    for (Long seed : seeds) {
      long missing = byRecipe.values().stream().filter(r -> !r.containsKey(seed)).count();
      if (missing > most * byRecipe.size()) {
        most = (double) missing / byRecipe.size();
        worst = seed;
      }
    }
    if (worst == null) {
      return false;
    }
    byRecipe.remove(worst);
    seeds.remove(worst);
    return true;
  }
}
