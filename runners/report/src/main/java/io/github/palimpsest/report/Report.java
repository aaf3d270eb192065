package io.github.palimpsest.report;

import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.Sample;
import io.github.palimpsest.results.text.TrainingCurve;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * All that a report tells of.
 *
 * @param folder the output folder
 * @param results what it tells of
 * @param analysis what they say together
 * @param cells the finished cells, in the order of the plan
 * @param curves the training curves
 * @param origin the origin of the folder, if it is recorded
 * @param shared the values that all cells share, by name
 * @param plan the latest plan
 * @param measurements the probes' measurements of the cells, in the order of the plan
 * @param associations the probes before the next task, against the forgetting that followed
 */
record Report(
    Path folder,
    Results results,
    Analysis analysis,
    List<Observation> cells,
    List<TrainingCurve> curves,
    Optional<RunOrigin> origin,
    Map<String, String> shared,
    GridPlan plan,
    List<ProbeResult> measurements,
    List<ProbeAssociation> associations) {

  /** The place of a cell that is not in the plan: behind all others. */
  private static final int LAST = Integer.MAX_VALUE;

  static Report of(Path folder) {
    return of(folder, Results.of(folder));
  }

  /** The report of a folder from its results, which say how its cells are analysed. */
  static Report of(Path folder, Results results) {
    return new Report(
        folder,
        results,
        results.analysis(),
        results.rows().isEmpty() ? List.of() : results.observations(),
        TrainingCurve.of(folder, results),
        RunOrigin.of(folder),
        ExperimentIdentity.of(new FolderLayout(folder))
            .map(ExperimentIdentity::shared)
            .orElse(Map.of()),
        GridPlan.of(new FolderLayout(folder)),
        measurements(folder, results),
        results.associations());
  }

  private static List<ProbeResult> measurements(Path folder, Results results) {
    Map<String, Integer> order = new HashMap<>();
    results.rows().stream()
        .flatMap(row -> row.cells().stream())
        .forEach(c -> order.put(c.planned().id(), order.size()));
    return ProbeResult.of(folder).stream()
        .sorted(
            Comparator.<ProbeResult>comparingInt(m -> order.getOrDefault(m.cell(), LAST))
                .thenComparing(ProbeResult::probe))
        .toList();
  }

  boolean isEmpty() {
    return cells.isEmpty();
  }

  /** The outcomes of the answer: the first two, and the drifts of kept sets. */
  List<Outcome> chief() {
    return analysis.outcomes().stream()
        .filter(
            o ->
                o.name().equals("average-score")
                    || o.name().equals("forgetting")
                    || o.name().startsWith("drift of "))
        .toList();
  }

  /** The change of an evaluation set's score as an outcome. */
  Outcome change(String set) {
    return outcome("drift of " + set);
  }

  /** The outcome of a name that the results have. */
  Outcome outcome(String name) {
    return analysis.outcomes().stream()
        .filter(o -> o.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the results have no outcome " + name));
  }

  /** The unit of the tasks' scores, and the direction of the better ones. */
  String unit() {
    return Units.of(scale(results.measure()).unit(), results.higherIsBetter());
  }

  /** How scores of a measure are to be read. */
  ScoreScale scale(String measure) {
    return ScoreScale.find(results.scales(), measure);
  }

  List<String> recipes() {
    return results.rows().stream().map(Results.Row::label).toList();
  }

  List<Observation> cellsOf(String recipe) {
    return cells.stream().filter(c -> c.recipe().equals(recipe)).toList();
  }

  Set<Long> seeds() {
    TreeSet<Long> seeds = new TreeSet<>();
    cells.forEach(c -> seeds.add(c.seed()));
    return seeds;
  }

  /** The seeds of all cells of the plan. */
  Set<Long> plannedSeeds() {
    TreeSet<Long> seeds = new TreeSet<>();
    plan().cells().forEach(c -> seeds.add(c.seed()));
    return seeds;
  }

  /** The levels of each axis that cells of the plan have, in its order. */
  Map<String, Set<String>> plannedAxes() {
    return axes(plan().cells().stream().map(c -> c.levels()));
  }

  /** The levels of each axis that finished cells have, in the order of the plan. */
  Map<String, Set<String>> axes() {
    return axes(cells.stream().map(Observation::levels));
  }

  private static Map<String, Set<String>> axes(Stream<Map<String, String>> levels) {
    Map<String, Set<String>> axes = new LinkedHashMap<>();
    levels.forEach(
        of ->
            of.forEach((axis, l) -> axes.computeIfAbsent(axis, a -> new LinkedHashSet<>()).add(l)));
    return axes;
  }

  /**
   * The value of a name in {@code experiment.json} that all cells share; empty if there is none.
   */
  String shared(String key) {
    return shared.getOrDefault(key, "");
  }

  /** An outcome of a recipe over its seeds. */
  Sample sample(String recipe, Outcome outcome) {
    return Sample.of(cellsOf(recipe).stream().mapToDouble(c -> c.outcome(outcome.name())));
  }

  static double mean(DoubleStream values) {
    return Sample.of(values).mean();
  }
}
