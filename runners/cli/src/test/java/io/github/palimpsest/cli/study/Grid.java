package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.text.Results;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The results of an experiment, by arm and strategy.
 *
 * @param experiment what was run
 * @param results the finished cells
 * @param cells of the results, as the analysis sees them
 * @param analysis of these cells
 * @param curves of forgetting along the last stage, for each outcome
 */
record Grid(
    Experiment experiment,
    Results results,
    List<Observation> cells,
    Analysis analysis,
    List<EqualLoss> curves) {
  static final String FORGETTING = "forgetting";
  static final String AVERAGE = "average-score";
  private static final String OPTIMIZER = "optimizer";
  private static final String STRATEGY = "strategy";

  static Optional<Grid> of(Experiment experiment, Optional<Results> results) {
    return results.map(r -> new Grid(experiment, r, r.observations(), r.analysis(), r.equalLoss()));
  }

  /** The written levels of the optimizer axis, in the order of the file. */
  private List<String> optimizers() {
    return levels(OPTIMIZER);
  }

  /** The written levels of the strategy axis; one, empty, without such an axis. */
  List<String> strategies() {
    return levels(second());
  }

  /** The axis beside the optimizer: strategies, or adapters. */
  private String second() {
    return cells.get(0).levels().keySet().stream()
        .filter(axis -> !axis.equals(OPTIMIZER))
        .findFirst()
        .orElse(STRATEGY);
  }

  private List<String> levels(String axis) {
    return new ArrayList<>(
        cells.stream()
            .map(c -> c.levels().getOrDefault(axis, ""))
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  /** The number of seeds. */
  long seeds() {
    return cells.stream().mapToLong(Observation::seed).distinct().count();
  }

  private String level(Arm arm) {
    int place = experiment.arms().indexOf(arm);
    List<String> levels = optimizers();
    if (place < 0 || levels.size() != experiment.arms().size()) {
      throw new IllegalStateException(
          experiment.name() + " has the optimizers " + levels + " and no " + arm);
    }
    return levels.get(place);
  }

  private Effects effects(String outcome) {
    return analysis.effects().stream()
        .filter(e -> e.outcome().name().equals(outcome))
        .findFirst()
        .orElseThrow();
  }

  /** The outcomes that are claimed. */
  List<Outcome> primary() {
    return analysis.effects().stream().filter(Effects::primary).map(Effects::outcome).toList();
  }

  /** An arm instead of AdamW, averaged over strategies. */
  Effect effect(Arm arm, String outcome) {
    return effects(outcome).main().stream()
        .filter(e -> e.axis().equals(OPTIMIZER) && e.high().equals(level(arm)))
        .findFirst()
        .orElseThrow();
  }

  /** By how much the effect of an arm differs with a strategy from that without any. */
  Optional<Effect> interaction(Arm arm, String strategy, String outcome) {
    return effects(outcome).interactions().stream()
        .filter(e -> e.axis().equals(OPTIMIZER) && e.high().equals(level(arm)))
        .filter(e -> e.otherHigh().equals(strategy))
        .findFirst();
  }

  /** The values of an arm with a strategy, seed by seed. */
  Map<Long, Double> values(Arm arm, String strategy, ToDoubleFunction<Observation> value) {
    Map<Long, Double> bySeed = new TreeMap<>();
    String second = second();
    String level = level(arm);
    cells.stream()
        .filter(c -> level.equals(c.levels().get(OPTIMIZER)))
        .filter(c -> strategy.equals(c.levels().getOrDefault(second, "")))
        .forEach(c -> bySeed.put(c.seed(), value.applyAsDouble(c)));
    return bySeed;
  }

  /** The mean of an outcome over the seeds of an arm with a strategy. */
  double mean(Arm arm, String strategy, String outcome) {
    return mean(values(arm, strategy, c -> c.outcome(outcome)));
  }

  static double mean(Results.Row row, String metric) {
    return row.cells().stream()
        .mapToDouble(c -> c.result().metric(metric))
        .average()
        .orElse(Double.NaN);
  }

  static double mean(Map<Long, Double> values) {
    return values.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  /** An arm minus another with the same strategy, at each seed at which both have the outcome. */
  SeedContrast difference(Arm arm, Arm base, String strategy, String outcome) {
    Map<Long, Double> from = values(base, strategy, c -> c.outcome(outcome));
    Map<Long, Double> to = values(arm, strategy, c -> c.outcome(outcome));
    double[] d =
        from.keySet().stream()
            .filter(to::containsKey)
            .mapToDouble(seed -> to.get(seed) - from.get(seed))
            .filter(Double::isFinite)
            .toArray();
    return new SeedContrast(d, Outcome.NATS_RESOLUTION);
  }

  /** The mean score of a task after one of the stages, over the seeds of a recipe. */
  double score(Arm arm, String strategy, int afterStage, int task) {
    Map<String, Double> byCell = new HashMap<>();
    for (Results.Row row : results.rows()) {
      row.cells()
          .forEach(c -> byCell.put(c.result().id(), c.result().scores().after()[afterStage][task]));
    }
    return mean(values(arm, strategy, c -> byCell.getOrDefault(c.cell(), Double.NaN)));
  }

  /** Two arms without a strategy at equal loss of the new task; none without points. */
  Optional<EqualLoss.Comparison> atEqualLoss(Arm arm, Arm base) {
    String from = recipe(base);
    String to = recipe(arm);
    return curves.stream()
        .filter(e -> e.outcome().name().equals(FORGETTING))
        .map(
            e ->
                EqualLoss.of(
                    e.outcome(),
                    e.task(),
                    from,
                    e.curves().stream()
                        .filter(c -> c.recipe().equals(from) || c.recipe().equals(to))
                        .toList(),
                    List.of()))
        .flatMap(e -> e.comparisons().stream())
        .filter(c -> c.at() == EqualLoss.At.LOSS)
        .findFirst();
  }

  private String recipe(Arm arm) {
    String none = strategies().get(0);
    String second = second();
    String level = level(arm);
    return cells.stream()
        .filter(c -> level.equals(c.levels().get(OPTIMIZER)))
        .filter(c -> none.equals(c.levels().getOrDefault(second, "")))
        .map(Observation::recipe)
        .findFirst()
        .orElseThrow();
  }
}
