package io.github.palimpsest.results.text;

import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.GridPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The recipe with the best mean of a metric over the seeds that are done, while a grid runs. It is
 * no result: the seeds are not complete, and no interval is computed.
 *
 * @param metric the metric
 * @param recipe the recipe, without defaults
 * @param mean the mean of the metric over its finished cells
 * @param seeds the number of these cells
 */
public record BestSoFar(String metric, String recipe, double mean, int seeds) {
  private static final String METRIC = "metric/";

  /**
   * The best recipe of each metric, in the order of the plan; a metric without any value is left
   * out. Of recipes with equal means, the first one of the plan.
   */
  public static List<BestSoFar> of(GridPlan plan, List<CellHistory> cells) {
    List<BestSoFar> best = new ArrayList<>();
    for (GridPlan.Metric metric : plan.metrics()) {
      Comparator<BestSoFar> order = Comparator.comparingDouble(BestSoFar::mean);
      means(metric.name(), cells).stream()
          .min(metric.higherIsBetter() ? order.reversed() : order)
          .ifPresent(best::add);
    }
    return best;
  }

  /** The mean of a metric for each recipe that has a value, in the order of the plan. */
  public static List<BestSoFar> means(String metric, List<CellHistory> cells) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (CellHistory cell : cells) {
      if (cell.status() == Status.FINISHED) {
        for (Segment s : cell.segments()) {
          if (s.series().equals(METRIC + metric) && !s.points().isEmpty()) {
            values
                .computeIfAbsent(cell.planned().label(), l -> new ArrayList<>())
                .add(s.points().get(0).value());
          }
        }
      }
    }
    List<BestSoFar> means = new ArrayList<>();
    values.forEach(
        (recipe, all) ->
            means.add(
                new BestSoFar(
                    metric,
                    recipe,
                    all.stream().mapToDouble(v -> v).average().orElseThrow(),
                    all.size())));
    return means;
  }
}
