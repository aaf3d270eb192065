package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Bootstrap;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.PairedDifference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every recipe against the first one on one outcome, seed by seed.
 *
 * @param outcome the outcome
 * @param baseline the recipe with which others are compared: the first of the plan
 * @param recipes the others that share two seeds with it, in the order of the plan
 * @param reason the reason why some or all are left out; empty if none is
 */
public record Differences(
    Outcome outcome, String baseline, List<Difference> recipes, String reason) {
  /** Copies the list. */
  public Differences {
    recipes = List.copyOf(recipes);
  }

  /** Computes the differences on an outcome. */
  public static Differences of(Outcome outcome, List<Observation> cells) {
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
    for (Map.Entry<String, Map<Long, Double>> e : byRecipe.entrySet()) {
      if (e.getKey().equals(baseline)) {
        continue;
      }
      double[] d =
          e.getValue().entrySet().stream()
              .filter(s -> base.containsKey(s.getKey()))
              .mapToDouble(s -> s.getValue() - base.getOrDefault(s.getKey(), Double.NaN))
              .toArray();
      if (d.length < 2) {
        alone++;
      } else {
        found.add(difference(outcome, e.getKey(), d));
      }
    }
    return new Differences(outcome, baseline, adjusted(found), reason(alone));
  }

  private static String reason(int alone) {
    return alone == 0
        ? ""
        : alone
            + (alone == 1 ? " recipe shares" : " recipes share")
            + " fewer than two seeds with the baseline, and one seed gives no interval";
  }

  private static Difference difference(Outcome outcome, String recipe, double[] d) {
    Interval bootstrap =
        Bootstrap.mean(
            d,
            Resamples.SEEDS,
            EffectSearch.CONFIDENCE,
            Resamples.stream("bootstrap " + outcome.name() + " " + recipe));
    return new Difference(
        recipe,
        PairedDifference.ofDifferences(d, EffectSearch.CONFIDENCE),
        bootstrap,
        Adjusted.NOT_YET);
  }

  private static List<Difference> adjusted(List<Difference> found) {
    List<Adjusted> adjusted =
        Adjusted.of(found.stream().mapToDouble(d -> d.paired().p()).toArray());
    List<Difference> ready = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Difference d = found.get(i);
      ready.add(new Difference(d.recipe(), d.paired(), d.bootstrap(), adjusted.get(i)));
    }
    return ready;
  }
}
