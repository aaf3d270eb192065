package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.ForgettingCurve;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.folder.StagePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The forgetting curves of the cells of a report, from the points along their stages.
 *
 * <pre>
 *   forgetting at a point p of the last stage T:  1/(T-1) sum_{i < T} (max_{i <= t < T} s R[t, i] - s R_p[i])
 *   R[t, i]  the score of task i before the first step of stage t + 1
 *   drift of a set at p:  its score at p minus its score before the first step of the first stage
 * </pre>
 */
final class ForgettingCurves {
  private final Results results;
  private final List<EqualLoss> all = new ArrayList<>();

  private ForgettingCurves(Results results) {
    this.results = results;
  }

  /** The comparisons at equal loss, outcome by outcome; none if no cell has points. */
  static List<EqualLoss> of(Results results) {
    boolean none =
        results.rows().stream()
            .flatMap(r -> r.cells().stream())
            .allMatch(c -> c.points().stages().isEmpty());
    return none ? List.of() : new ForgettingCurves(results).compare();
  }

  /** A number of each point, from the points of all stages of a cell. */
  @FunctionalInterface
  private interface Value {
    ToDoubleFunction<StagePoints.Point> of(Results.Finished cell);
  }

  private List<EqualLoss> compare() {
    List<String> tasks = results.rows().get(0).cells().get(0).result().tasks();
    ScoreScale scale = results.scale(results.measure());
    if (tasks.size() > 1) {
      double sign = scale.higherIsBetter() ? 1 : -1;
      add(
          new Outcome("forgetting", scale.unit(), false, Observations.resolution(results)),
          cell -> forgetting(cell, (p, task) -> sign * p.score(task)));
      if (!scale.isLoss()) {
        add(
            new Outcome("forgetting of loss", "nats", false, Outcome.NATS_RESOLUTION),
            cell -> forgetting(cell, (p, task) -> -p.loss(task)));
      }
    }
    for (Outcome outcome : new Observations(results).outcomes()) {
      results.evaluationSets().stream()
          .filter(set -> outcome.name().equals(Observations.drift(set)))
          .forEach(set -> add(outcome, cell -> drift(cell, set)));
    }
    return all;
  }

  /** A number of a task at a point; more is better. */
  @FunctionalInterface
  private interface Kept {
    double of(StagePoints.Point point, String task);
  }

  private static ToDoubleFunction<StagePoints.Point> forgetting(Results.Finished cell, Kept kept) {
    List<String> tasks = cell.result().tasks();
    List<StagePoints> stages = cell.points().stages();
    int last = tasks.size() - 1;
    double[] best =
        IntStream.range(0, last)
            .mapToDouble(
                i ->
                    IntStream.rangeClosed(i + 1, last)
                        .mapToDouble(t -> kept.of(stages.get(t).points().get(0), tasks.get(i)))
                        .max()
                        .orElse(Double.NaN))
            .toArray();
    return p ->
        IntStream.range(0, last)
            .mapToDouble(i -> (best[i] - kept.of(p, tasks.get(i))) / last)
            .sum();
  }

  private static ToDoubleFunction<StagePoints.Point> drift(Results.Finished cell, String set) {
    double before = cell.points().stages().get(0).points().get(0).score(set);
    return p -> p.score(set) - before;
  }

  private void add(Outcome outcome, Value value) {
    List<ForgettingCurve> curves = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      if (row.cells().stream().anyMatch(c -> c.result().hasMerger())) {
        notes.add(
            "'"
                + row.label()
                + "' is left out, because no point of a stage has its merged weights");
        continue;
      }
      row.cells().forEach(c -> curves.add(curve(row.label(), c, value)));
    }
    String task =
        results.rows().get(0).cells().get(0).result().tasks().stream()
            .reduce((a, b) -> b)
            .orElse("");
    if (curves.stream().anyMatch(c -> !c.points().isEmpty())) {
      all.add(EqualLoss.of(outcome, task, results.rows().get(0).label(), curves, notes));
    }
  }

  private static ForgettingCurve curve(String recipe, Results.Finished cell, Value value) {
    CellResult result = cell.result();
    List<StagePoints> stages = cell.points().stages();
    boolean complete =
        !stages.isEmpty()
            && stages.size() == result.tasks().size()
            && stages.stream().noneMatch(s -> s.points().isEmpty());
    List<ForgettingCurve.Point> points = new ArrayList<>();
    if (complete) {
      String task = result.tasks().get(stages.size() - 1);
      ToDoubleFunction<StagePoints.Point> at = value.of(cell);
      for (StagePoints.Point p : stages.get(stages.size() - 1).points()) {
        points.add(new ForgettingCurve.Point(p.step(), p.loss(task), at.applyAsDouble(p)));
      }
    }
    boolean finite =
        points.stream().allMatch(p -> Double.isFinite(p.loss()) && Double.isFinite(p.value()));
    double declared = cell.points().passesPerStep();
    return new ForgettingCurve(
        recipe,
        cell.planned().seed(),
        Double.isFinite(declared) ? declared : result.declaredCost().passesPerStep(),
        finite ? points : List.of());
  }
}
