package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.analysis.SelfTest;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.Measured;
import io.github.palimpsest.results.folder.SharedExamples;
import io.github.palimpsest.storage.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * The results in an output folder: recipe by recipe, each number a mean over the seeds that have
 * finished. Results of cells that the latest plan does not name are left out and counted.
 *
 * @param experiment the experiment's name
 * @param measure how the tasks are scored
 * @param higherIsBetter whether a higher score of a task is the better one
 * @param higherMetrics for each metric, whether a higher value is the better one
 * @param rows a row for each recipe, in the order of the plan
 * @param failed cells that failed, each with label, seed and reason
 * @param excluded what was not run, as in the plan
 * @param missing cells of the plan without a result
 * @param strangers results of earlier plans in the same folder
 * @param settings how the cells are analysed, as the experiment file says
 */
public record Results(
    String experiment,
    String measure,
    boolean higherIsBetter,
    Map<String, Boolean> higherMetrics,
    List<Row> rows,
    List<CellFailure> failed,
    List<GridPlan.Excluded> excluded,
    int missing,
    int strangers,
    AnalysisSettings settings) {

  /**
   * A recipe and its cells.
   *
   * @param label the recipe without its defaults
   * @param cells the finished cells
   */
  public record Row(String label, List<Finished> cells) {
    /** Copies the list. */
    public Row {
      cells = List.copyOf(cells);
    }

    /** The values of a metric by cell; NaN where it is not defined. */
    Sample metric(String name) {
      return Sample.of(cells.stream().mapToDouble(c -> c.result().metric(name)));
    }

    /** By how much a kept set's score has changed from before the first task to after the last. */
    Sample drift(String set) {
      return Sample.of(cells.stream().mapToDouble(c -> c.drift(set)));
    }

    Sample msPerStep() {
      return Sample.of(cells.stream().mapToDouble(c -> Measured.number(c.measured().msPerStep())));
    }

    double passes() {
      return cells.get(0).result().declaredCost().passesPerStep();
    }
  }

  /**
   * A finished cell.
   *
   * @param planned what the plan says of it
   * @param result its result
   * @param times its stages, and what was measured of the run itself
   */
  public record Finished(CellHistory.Planned planned, CellResult result, CellTimes times) {
    /** By how much a kept set's score has changed; NaN if the cell has no such set. */
    double drift(String set) {
      CellResult.Evaluation kept = result.evaluation().get(set);
      return kept == null ? Double.NaN : kept.drift();
    }

    /** What was measured of the run itself. */
    public Measured measured() {
      return times.measured();
    }
  }

  /** Copies the lists. */
  public Results {
    higherMetrics = Map.copyOf(higherMetrics);
    rows = List.copyOf(rows);
    failed = List.copyOf(failed);
    excluded = List.copyOf(excluded);
  }

  /**
   * Reads an output folder.
   *
   * @throws PalimpsestException if it is none
   */
  public static Results of(Path folder) {
    FolderLayout layout = new FolderLayout(folder);
    GridPlan plan = GridPlan.of(layout);
    Map<String, List<Finished>> byLabel = new LinkedHashMap<>();
    List<CellFailure> failed = new ArrayList<>();
    int missing = 0;
    for (CellHistory.Planned planned : plan.cells()) {
      String id = planned.id();
      if (JsonFile.isThere(layout.result(id))) {
        byLabel
            .computeIfAbsent(planned.label(), l -> new ArrayList<>())
            .add(
                new Finished(
                    planned,
                    JsonFile.read(layout.result(id), CellResult.class),
                    JsonFile.read(layout.timing(id), CellTimes.class)));
      } else if (JsonFile.isThere(layout.cellFailure(id))) {
        failed.add(JsonFile.read(layout.cellFailure(id), CellFailure.class));
      } else {
        missing++;
      }
    }
    List<Row> rows =
        byLabel.entrySet().stream().map(e -> new Row(e.getKey(), e.getValue())).toList();
    Optional<CellResult> any = rows.stream().findFirst().map(r -> r.cells().get(0).result());
    return new Results(
        plan.experiment(),
        any.map(CellResult::measure).orElse(""),
        any.map(CellResult::higherIsBetter).orElse(false),
        plan.higherMetrics(),
        rows,
        failed,
        plan.excluded(),
        missing,
        Folders.count(layout.cells()) - plan.cells().size() + missing,
        plan.analysisSettings());
  }

  /** A copy that analyses its cells by other settings. */
  public Results with(AnalysisSettings other) {
    return new Results(
        experiment,
        measure,
        higherIsBetter,
        higherMetrics,
        rows,
        failed,
        excluded,
        missing,
        strangers,
        other);
  }

  /** Whether a higher value of a metric is the better one. */
  boolean higherMetricIsBetter(String metric) {
    return higherMetrics.getOrDefault(metric, true);
  }

  /** What the finished cells say together: effects, differences, the frontier. */
  public Analysis analysis() {
    if (rows.isEmpty()) {
      return new Analysis(
          settings, List.of(), new Frontier(List.of()), List.of(), List.of(), List.of());
    }
    Observations observations = new Observations(this);
    return Analysis.of(observations.outcomes(), observations.cells(), primary(observations));
  }

  /** The settings, with the chief outcome where the experiment declares none. */
  private AnalysisSettings primary(Observations observations) {
    List<String> known = observations.outcomes().stream().map(Outcome::name).toList();
    for (String wanted : settings.primary()) {
      if (!known.contains(wanted)) {
        throw new PalimpsestException(
            "primary outcome '"
                + wanted
                + "' is none of the results"
                + NearestName.hint(wanted, known)
                + " (there are "
                + String.join(", ", known)
                + ")");
      }
    }
    return settings.primary().isEmpty() ? settings.claiming(Observations.primary(this)) : settings;
  }

  /** The claims of the analysis, tested on made-up grids with this grid's own variances. */
  public List<SelfTest> selfTests() {
    return rows.isEmpty() ? List.of() : SelfTest.of(analysis(), observations());
  }

  /** The finished cells as the analysis looks at them, in the order of the plan. */
  public List<Observation> observations() {
    return new Observations(this).cells();
  }

  /** What the learn-retain frontier takes for retained, in words. */
  public String retained() {
    return Retained.of(this).words();
  }

  /** The names of all metrics, in the order of the results. */
  List<String> metrics() {
    return keys(CellResult::metrics);
  }

  /** The names of all kept sets, in the order of the results. */
  List<String> evaluationSets() {
    return keys(CellResult::evaluation);
  }

  private List<String> keys(Function<CellResult, Map<String, ?>> field) {
    Set<String> names = new LinkedHashSet<>();
    for (Row row : rows) {
      row.cells().forEach(cell -> names.addAll(field.apply(cell.result()).keySet()));
    }
    return List.copyOf(names);
  }

  /** What the data have in common, as any result has it, since it is the same for all. */
  private Optional<SharedExamples> overlap() {
    return rows.stream()
        .map(row -> row.cells().get(0).result().overlap())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** What training and evaluation data have in common, in sentences; none if nothing. */
  public List<String> overlaps() {
    return overlap().map(SharedExamples::sentences).orElse(List.of());
  }

  private Optional<DataUse> dataUse() {
    return rows.stream()
        .map(row -> row.cells().get(0).result().data())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /**
   * What became of the records of the data, a sentence for each set, and where replay rounds to
   * nothing.
   *
   * @param all whether to tell of sets that are used to the last record and token as well
   */
  public List<String> data(boolean all) {
    List<String> told = new ArrayList<>();
    dataUse().ifPresent(d -> told.addAll(d.sentences(all)));
    rows.forEach(row -> told.addAll(row.cells().get(0).result().rehearsalWarnings()));
    return told;
  }

  /** The report for programs. */
  public ObjectNode json() {
    return json(OptionalDouble.empty());
  }

  /**
   * The report for programs.
   *
   * @param difference also say how many seeds would find this difference, in the unit of each
   *     outcome
   */
  public ObjectNode json(OptionalDouble difference) {
    ObjectNode json =
        Json.object()
            .put("experiment", experiment)
            .put("measure", measure)
            .put("higher_is_better", higherIsBetter);
    ArrayNode recipes = json.putArray("recipes");
    for (Row row : rows) {
      ObjectNode node = recipes.addObject().put("label", row.label());
      node.put("recipe", row.cells().get(0).result().recipe());
      ArrayNode seeds = node.putArray("seeds");
      row.cells().forEach(c -> seeds.add(c.result().seed()));
      ObjectNode means = node.putObject("metrics");
      metrics().forEach(m -> means.set(m, row.metric(m).json()));
      ObjectNode drifts = node.putObject("drift");
      evaluationSets().forEach(s -> drifts.set(s, row.drift(s).json()));
      node.set("ms_per_step", row.msPerStep().json());
      node.put("passes_per_step", row.passes());
    }
    overlap().ifPresent(o -> json.set("overlap", Json.tree(o)));
    dataUse().ifPresent(d -> json.set("data", Json.tree(d)));
    AnalysisJson.put(json, analysis(), difference);
    AnalysisJson.put(json, selfTests());
    ArrayNode cells = json.putArray("cells");
    rows.forEach(row -> row.cells().forEach(c -> cells.add(cell(c))));
    json.set("failed", Json.tree(failed));
    json.set("excluded", Json.tree(excluded));
    return json.put("missing", missing).put("of_earlier_plans", strangers);
  }

  private static ObjectNode cell(Finished c) {
    CellResult r = c.result();
    ObjectNode node = Json.object().put("id", r.id());
    node.set("kept", Json.tree(r.evaluation()));
    node.put("label", r.label());
    node.set("metrics", Json.tree(r.metrics()));
    node.put("recipe", r.recipe());
    node.set("scores", Json.tree(r.scores()));
    node.put("seed", r.seed());
    node.set("steps", Json.tree(r.steps()));
    node.set("tasks", Json.tree(r.tasks()));
    node.set("measured", Json.tree(c.measured()));
    return node;
  }
}
