package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.CellResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What has no value in some of the finished cells, in sentences without their stops. */
public record MissingValues(Results results) {
  /** Sentences about single means, or cells in one, before the others are only counted. */
  private static final int MOST_NAMED = 6;

  /** Which metrics of plugins have no value, in which cells, and why in the first. */
  public List<String> failedMetrics() {
    Map<String, Map<String, String>> reasons = new TreeMap<>();
    for (Results.Row row : results.rows()) {
      for (Results.Finished cell : row.cells()) {
        CellResult result = cell.result();
        result
            .failedMetrics()
            .forEach(
                (metric, why) ->
                    reasons
                        .computeIfAbsent(metric, m -> new LinkedHashMap<>())
                        .put(result.id(), why));
      }
    }
    List<String> told = new ArrayList<>();
    reasons.forEach(
        (metric, cells) ->
            told.add(
                "metric '%s' has no value in %s: %s"
                    .formatted(metric, named(cells.keySet()), cells.values().iterator().next())));
    return told;
  }

  /**
   * Which means are of fewer seeds than their recipe has, and the cells that have no value, in
   * sentences without their stops.
   */
  public List<String> partialMeans() {
    List<String> told = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      results
          .metrics()
          .forEach(m -> partial(m, row, row.metric(m), c -> c.result().metric(m), told));
      results
          .evaluationSets()
          .forEach(s -> partial(Outcome.drift(s), row, row.drift(s), c -> c.drift(s), told));
    }
    if (told.size() <= MOST_NAMED) {
      return told;
    }
    List<String> some = new ArrayList<>(told.subList(0, MOST_NAMED));
    some.add((told.size() - MOST_NAMED) + " more means are of fewer seeds, as (n=...) says");
    return some;
  }

  private static void partial(
      String name,
      Results.Row row,
      Sample mean,
      ToDoubleFunction<Results.Finished> value,
      List<String> into) {
    if (!mean.isPartial()) {
      return;
    }
    List<String> without =
        row.cells().stream()
            .filter(c -> !Double.isFinite(value.applyAsDouble(c)))
            .map(c -> c.result().id())
            .toList();
    into.add(
        "%s of %s is of %d of %d seeds: it is not defined in %s"
            .formatted(name, row.label(), mean.n(), mean.seeds(), named(without)));
  }

  /** The number of some cells, and the ids of the first. */
  private static String named(Collection<String> cells) {
    return cells.size()
        + (cells.size() == 1 ? " cell, " : " cells, ")
        + cells.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (cells.size() > MOST_NAMED ? ", ..." : "");
  }
}
