package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Every recipe against the first one on one outcome, seed by seed.
 *
 * @param outcome what is measured
 * @param baseline the recipe that others are compared with: the first of the plan
 * @param recipes the others, in the order of the plan, if they share a seed with it
 * @param reason why some or all are left out; empty if none is
 */
public record Differences(
    Outcome outcome, String baseline, List<Difference> recipes, String reason) {
  /** Copies the list. */
  public Differences {
    recipes = List.copyOf(recipes);
  }

  /** Computes the differences on an outcome over a fixed number of seeds. */
  public static Differences of(Outcome outcome, List<Observation> cells) {
    return of(outcome, cells, AnalysisSettings.DEFAULT);
  }

  /** Computes the differences on an outcome. */
  static Differences of(Outcome outcome, List<Observation> cells, AnalysisSettings settings) {
    Map<String, Map<Long, Double>> byRecipe = new LinkedHashMap<>();
    for (Observation c : cells) {
      Map<Long, Double> bySeed = byRecipe.computeIfAbsent(c.recipe(), r -> new TreeMap<>());
      if (Double.isFinite(c.outcome(outcome.name()))) {
        bySeed.put(c.seed(), c.outcome(outcome.name()));
      }
    }
    if (byRecipe.size() < 2) {
      return new Differences(outcome, "", List.of(), "there is only one recipe");
    }
    String baseline = byRecipe.keySet().iterator().next();
    Map<Long, Double> base = byRecipe.getOrDefault(baseline, Map.of());
    List<Difference> found = new ArrayList<>();
    int alone = 0;
    int undefined = 0;
    for (Map.Entry<String, Map<Long, Double>> e : byRecipe.entrySet()) {
      if (e.getKey().equals(baseline)) {
        continue;
      }
      List<Long> both = e.getValue().keySet().stream().filter(base::containsKey).toList();
      double[] d = both.stream().mapToDouble(s -> e.getValue().get(s) - base.get(s)).toArray();
      if (e.getValue().isEmpty() || base.isEmpty()) {
        undefined++;
      } else if (d.length == 0) {
        alone++;
      } else {
        found.add(
            new Difference(
                e.getKey(),
                new SeedContrast(d, outcome.resolution(), settings.first(both)),
                Conclusion.NONE));
      }
    }
    return new Differences(
        outcome, baseline, judged(found), reason(outcome, base.isEmpty(), undefined, alone));
  }

  private static String reason(Outcome outcome, boolean noBase, int undefined, int alone) {
    List<String> reasons = new ArrayList<>();
    if (noBase) {
      reasons.add("the baseline has no " + outcome.name());
    } else if (undefined > 0) {
      reasons.add(
          undefined + (undefined == 1 ? " recipe has no " : " recipes have no ") + outcome.name());
    }
    if (alone > 0) {
      reasons.add(
          alone
              + (alone == 1 ? " recipe shares" : " recipes share")
              + " no seed with the baseline");
    }
    return String.join("; ", reasons);
  }

  /** The caveats of the seeds that these differences rest on, each once. */
  public List<String> caveats() {
    return recipes.stream()
        .map(d -> d.seeds().evidence().words())
        .filter(w -> !w.isEmpty())
        .distinct()
        .toList();
  }

  private static List<Difference> judged(List<Difference> found) {
    List<Conclusion> conclusions =
        Conclusion.of(
            found.stream().map(d -> d.seeds().test()).toList(),
            false,
            OptionalDouble.empty(),
            AnalysisSettings.CONFIDENCE);
    List<Difference> ready = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Difference d = found.get(i);
      ready.add(new Difference(d.recipe(), d.seeds(), conclusions.get(i)));
    }
    return ready;
  }
}
