package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The learn-retain frontier: recipes that no other beats on new-task score, retained score and cost
 * at once. A recipe is placed by its means over seeds. Because the best of several seeds may be
 * luck, each point also has the number of seeds at which its cell is unbeaten among the cells of
 * the seed.
 *
 * @param points a point for each recipe, in the order of the plan
 */
public record Frontier(List<Point> points) {
  /** Copies the list. */
  public Frontier {
    points = List.copyOf(points);
  }

  /**
   * A recipe.
   *
   * @param recipe without its defaults
   * @param mean its means over seeds
   * @param seeds the number of its seeds
   * @param unbeatenSeeds the number of seeds at which no other cell beats its cell
   * @param beatenBy the best learner among the recipes that beat it; empty on the frontier
   */
  public record Point(String recipe, TradeOff mean, int seeds, int unbeatenSeeds, String beatenBy) {
    /** Whether no recipe beats this one. */
    public boolean onFrontier() {
      return mean.defined() && beatenBy.isEmpty();
    }
  }

  /** The recipes that no other beats, in the order of the plan. */
  public List<Point> unbeaten() {
    return points.stream().filter(Point::onFrontier).toList();
  }

  /** Computes the frontier of cells. */
  public static Frontier of(List<Observation> cells) {
    Map<String, List<Observation>> byRecipe = new LinkedHashMap<>();
    cells.forEach(c -> byRecipe.computeIfAbsent(c.recipe(), r -> new ArrayList<>()).add(c));
    Map<String, TradeOff> means = new LinkedHashMap<>();
    byRecipe.forEach((recipe, runs) -> means.put(recipe, mean(runs)));
    List<Point> points = new ArrayList<>();
    means.forEach(
        (recipe, mean) -> {
          List<Observation> runs = byRecipe.getOrDefault(recipe, List.of());
          int unbeaten = (int) runs.stream().filter(r -> unbeaten(r, cells)).count();
          points.add(new Point(recipe, mean, runs.size(), unbeaten, beatenBy(mean, means)));
        });
    return new Frontier(points);
  }

  private static boolean unbeaten(Observation cell, List<Observation> cells) {
    return cell.tradeOff().defined()
        && cells.stream()
            .filter(c -> c.seed() == cell.seed())
            .noneMatch(c -> c.tradeOff().beats(cell.tradeOff()));
  }

  private static String beatenBy(TradeOff mean, Map<String, TradeOff> means) {
    String best = "";
    double learned = Double.NaN;
    for (Map.Entry<String, TradeOff> e : means.entrySet()) {
      TradeOff other = e.getValue();
      boolean better =
          best.isEmpty()
              || (mean.higherLearned() ? other.learned() > learned : other.learned() < learned);
      if (other.beats(mean) && better) {
        best = e.getKey();
        learned = other.learned();
      }
    }
    return best;
  }

  private static TradeOff mean(List<Observation> runs) {
    return new TradeOff(
        mean(runs, TradeOff::learned),
        mean(runs, TradeOff::retained),
        mean(runs, TradeOff::passes),
        runs.get(0).tradeOff().higherLearned(),
        runs.get(0).tradeOff().higherRetained());
  }

  private static double mean(List<Observation> runs, ToDoubleFunction<TradeOff> value) {
    return runs.stream()
        .mapToDouble(r -> value.applyAsDouble(r.tradeOff()))
        .average()
        .orElseThrow();
  }
}
