package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The learn-retain frontier: recipes that no other beats on new-task score, retained score and cost
 * at once. A recipe is placed by its means over seeds. It is beaten only beyond the noise of the
 * seeds: by a recipe whose means are nowhere worse, and whose lead in learning or in retention has
 * a 95 % interval over the shared seeds that excludes 0; with fewer than three shared seeds no
 * recipe is beaten. Each point also says at how many seeds its cell is unbeaten among the cells of
 * that seed.
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

  /** Computes the frontier of cells over a fixed number of seeds. */
  public static Frontier of(List<Observation> cells) {
    return of(cells, AnalysisSettings.DEFAULT);
  }

  /** Computes the frontier of cells. */
  static Frontier of(List<Observation> cells, AnalysisSettings settings) {
    Map<String, List<Observation>> byRecipe = new LinkedHashMap<>();
    cells.forEach(c -> byRecipe.computeIfAbsent(c.recipe(), r -> new ArrayList<>()).add(c));
    Map<String, TradeOff> means = new LinkedHashMap<>();
    byRecipe.forEach((recipe, runs) -> means.put(recipe, mean(runs)));
    List<Point> points = new ArrayList<>();
    means.forEach(
        (recipe, mean) -> {
          List<Observation> runs = byRecipe.getOrDefault(recipe, List.of());
          int unbeaten = (int) runs.stream().filter(r -> unbeaten(r, cells)).count();
          points.add(
              new Point(
                  recipe,
                  mean,
                  runs.size(),
                  unbeaten,
                  beatenBy(recipe, means, byRecipe, settings)));
        });
    return new Frontier(points);
  }

  private static boolean unbeaten(Observation cell, List<Observation> cells) {
    return cell.tradeOff().defined()
        && cells.stream()
            .filter(c -> c.seed() == cell.seed())
            .noneMatch(c -> c.tradeOff().beats(cell.tradeOff()));
  }

  private static String beatenBy(
      String recipe,
      Map<String, TradeOff> means,
      Map<String, List<Observation>> byRecipe,
      AnalysisSettings settings) {
    TradeOff mean = means.get(recipe);
    String best = "";
    double learned = Double.NaN;
    for (Map.Entry<String, TradeOff> e : means.entrySet()) {
      TradeOff other = e.getValue();
      boolean better =
          best.isEmpty()
              || (mean.higherLearned() ? other.learned() > learned : other.learned() < learned);
      if (other.beats(mean)
          && better
          && leads(byRecipe.get(e.getKey()), byRecipe.get(recipe), settings)) {
        best = e.getKey();
        learned = other.learned();
      }
    }
    return best;
  }

  /** Whether a recipe is ahead of another beyond the noise of seeds, or as good at every seed. */
  private static boolean leads(
      List<Observation> ahead, List<Observation> behind, AnalysisSettings settings) {
    SeedContrast learned =
        lead(ahead, behind, TradeOff::learned, ahead.get(0).tradeOff().higherLearned(), settings);
    SeedContrast retained =
        lead(ahead, behind, TradeOff::retained, ahead.get(0).tradeOff().higherRetained(), settings);
    return beyondNoise(learned)
        || beyondNoise(retained)
        || (Arrays.stream(learned.perSeed()).allMatch(d -> d == 0)
            && Arrays.stream(retained.perSeed()).allMatch(d -> d == 0));
  }

  private static SeedContrast lead(
      List<Observation> ahead,
      List<Observation> behind,
      ToDoubleFunction<TradeOff> value,
      boolean higher,
      AnalysisSettings settings) {
    Map<Long, Double> others = new TreeMap<>();
    behind.forEach(c -> others.put(c.seed(), value.applyAsDouble(c.tradeOff())));
    List<Observation> both =
        ahead.stream()
            .filter(c -> others.containsKey(c.seed()))
            .sorted(Comparator.comparing(Observation::seed))
            .toList();
    double[] lead =
        both.stream()
            .mapToDouble(c -> value.applyAsDouble(c.tradeOff()) - others.get(c.seed()))
            .map(d -> higher ? d : -d)
            .toArray();
    return new SeedContrast(
        lead,
        Outcome.NATS_RESOLUTION,
        settings.first(both.stream().map(Observation::seed).toList()));
  }

  private static boolean beyondNoise(SeedContrast lead) {
    return lead.test().map(t -> t.interval(AnalysisSettings.CONFIDENCE).low() > 0).orElse(false);
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
