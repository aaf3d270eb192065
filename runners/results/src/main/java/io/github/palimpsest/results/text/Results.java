package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Effects;
import io.github.palimpsest.results.analysis.EqualLoss;
import io.github.palimpsest.results.analysis.Frontier;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.ProbeAssociation;
import io.github.palimpsest.results.analysis.SelfTest;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.ChainPoints;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.folder.SharedExamples;
import io.github.palimpsest.results.folder.StagePoints;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.results.folder.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
 * The results in an output folder by recipe; each number is a mean over the finished seeds. Results
 * of cells that the latest plan does not name are left out and counted.
 *
 * @param experiment the experiment's name
 * @param measure how the tasks are scored
 * @param higherIsBetter whether a higher score of a task is the better one
 * @param scales the measures of tasks and evaluation sets
 * @param higherMetrics for each metric, whether a higher value is the better one
 * @param rows a row for each recipe, in the order of the plan
 * @param failed cells that failed, each with label, seed and reason
 * @param excluded the combinations that were not run, as in the plan
 * @param aliases the effects that a fractional design cannot tell apart; none for another design
 * @param absent the levels of the plan, with their axis, that no finished cell has
 * @param missing cells of the plan without a result
 * @param strangers results of earlier plans in the same folder
 * @param settings how the cells are analysed, as the experiment file says
 * @param stageProbes the measurements of probes after stages
 */
public record Results(
    String experiment,
    String measure,
    boolean higherIsBetter,
    List<ScoreScale> scales,
    Map<String, Boolean> higherMetrics,
    List<Row> rows,
    List<CellFailure> failed,
    List<GridPlan.Excluded> excluded,
    List<String> aliases,
    List<String> absent,
    int missing,
    int strangers,
    AnalysisSettings settings,
    List<StageProbe> stageProbes) {

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

    /** The values of a metric by cell; NaN if it is not defined. */
    Sample metric(String name) {
      return Sample.of(cells.stream().mapToDouble(c -> c.result().metric(name)));
    }

    /** The change of a kept set's score from before the first task to after the last. */
    Sample drift(String set) {
      return Sample.of(cells.stream().mapToDouble(c -> c.drift(set)));
    }

    Sample msPerStep() {
      return Sample.of(cells.stream().mapToDouble(c -> Timing.number(c.measured().msPerStep())));
    }

    double passes() {
      return cells.get(0).result().declaredCost().passesPerStep();
    }
  }

  /**
   * A finished cell.
   *
   * @param planned its entry in the plan
   * @param result its result
   * @param times its stages, and the measurements of the run
   * @param points the points along its stages
   */
  public record Finished(
      CellHistory.Planned planned, CellResult result, CellTimes times, ChainPoints points) {
    /** The change of a kept set's score; NaN if the cell has no such set. */
    double drift(String set) {
      CellResult.Evaluation kept = result.evaluation().get(set);
      return kept == null ? Double.NaN : kept.drift();
    }

    /** What was measured of the run itself. */
    public Timing measured() {
      return times.measured();
    }
  }

  /** Copies the lists. */
  public Results {
    scales = List.copyOf(scales);
    higherMetrics = Map.copyOf(higherMetrics);
    rows = List.copyOf(rows);
    failed = List.copyOf(failed);
    excluded = List.copyOf(excluded);
    aliases = List.copyOf(aliases);
    absent = List.copyOf(absent);
    stageProbes = List.copyOf(stageProbes);
  }

  /**
   * Reads an output folder.
   *
   * @throws PalimpsestException if it is not one
   */
  public static Results of(Path folder) {
    FolderLayout layout = new FolderLayout(folder);
    GridPlan plan = GridPlan.of(layout);
    Map<String, List<Finished>> byLabel = new LinkedHashMap<>();
    Map<String, StagePoints> points = new HashMap<>();
    List<CellFailure> failed = new ArrayList<>();
    Set<String> absent = new LinkedHashSet<>();
    plan.cells().forEach(c -> absent.addAll(levels(c)));
    int missing = 0;
    for (CellHistory.Planned planned : plan.cells()) {
      String id = planned.id();
      if (JsonFile.isThere(layout.result(id))) {
        levels(planned).forEach(absent::remove);
        byLabel
            .computeIfAbsent(planned.label(), l -> new ArrayList<>())
            .add(finished(layout, planned, points));
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
        plan.measures(),
        plan.higherMetrics(),
        rows,
        failed,
        plan.excluded(),
        Optional.ofNullable(plan.design()).map(GridPlan.Design::confounded).orElse(List.of()),
        rows.isEmpty() ? List.of() : List.copyOf(absent),
        missing,
        plan.strangers(layout),
        plan.analysisSettings(),
        StageProbe.of(folder));
  }

  private static List<String> levels(CellHistory.Planned cell) {
    return cell.levels().entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
  }

  private static Finished finished(
      FolderLayout layout, CellHistory.Planned planned, Map<String, StagePoints> points) {
    CellTimes times = JsonFile.read(layout.timing(planned.id()), CellTimes.class);
    return new Finished(
        planned,
        CellResult.of(layout.result(planned.id())),
        times,
        ChainPoints.of(layout, times.stages(), points));
  }

  /** A copy that analyses its cells by other settings. */
  public Results with(AnalysisSettings other) {
    return new Results(
        experiment,
        measure,
        higherIsBetter,
        scales,
        higherMetrics,
        rows,
        failed,
        excluded,
        aliases,
        absent,
        missing,
        strangers,
        other,
        stageProbes);
  }

  /** How scores of a measure are to be read. */
  ScoreScale scale(String measureName) {
    return ScoreScale.find(scales, measureName);
  }

  /** Whether a higher value of a metric is better. */
  boolean higherMetricIsBetter(String metric) {
    return higherMetrics.getOrDefault(metric, true);
  }

  /** The joint analysis of the finished cells: effects, differences, the frontier. */
  public Analysis analysis() {
    if (rows.isEmpty()) {
      return new Analysis(
          settings, List.of(), new Frontier(List.of()), List.of(), List.of(), List.of());
    }
    Observations observations = new Observations(this);
    return Analysis.of(observations.outcomes(), observations.cells(), observations.settings());
  }

  /**
   * Every recipe against the first one at equal steps, passes and loss of the last task, for
   * forgetting and each drift; none if no stage has points.
   */
  public List<EqualLoss> equalLoss() {
    return ForgettingCurves.of(this);
  }

  /** The finished cells as observations for the analysis, in the order of the plan. */
  public List<Observation> observations() {
    return new Observations(this).cells();
  }

  /** The associations of probes before a next stage with the forgetting that followed. */
  public List<ProbeAssociation> associations() {
    return new ProbedStages(this).associations();
  }

  /** The meaning of "retained" in the learn-retain frontier, in words. */
  public String retained() {
    return Retained.of(this).words();
  }

  /** The names of all metrics, in the order of the results. */
  public List<String> metrics() {
    return keys(CellResult::metrics);
  }

  /** The names of all kept sets, in the order of the results. */
  public List<String> evaluationSets() {
    return keys(CellResult::evaluation);
  }

  private List<String> keys(Function<CellResult, Map<String, ?>> field) {
    Set<String> names = new LinkedHashSet<>();
    for (Row row : rows) {
      row.cells().forEach(cell -> names.addAll(field.apply(cell.result()).keySet()));
    }
    return List.copyOf(names);
  }

  /** The overlap of the data, from any result, because it is the same for all. */
  private Optional<SharedExamples> overlap() {
    return rows.stream()
        .map(row -> row.cells().get(0).result().overlap())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The overlap of training and evaluation data, in sentences; none without overlap. */
  public List<String> overlaps() {
    return overlap().map(SharedExamples::sentences).orElse(List.of());
  }

  private Optional<DataUse> dataUse() {
    return rows.stream()
        .map(row -> row.cells().get(0).result().data())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The counts of records of each set that does not use them all, and {@link #rehearsal}. */
  public List<String> data() {
    List<String> told = new ArrayList<>();
    dataUse().ifPresent(d -> told.addAll(d.sentences(false)));
    told.addAll(rehearsal());
    return told;
  }

  /** Warnings if replay rounds to nothing. */
  public List<String> rehearsal() {
    return rows.stream()
        .flatMap(row -> row.cells().get(0).result().rehearsalWarnings().stream())
        .toList();
  }

  /**
   * What a fraction cannot tell apart, for readers of its effects; empty unless an effect rests on
   * a fraction.
   *
   * @param of the analysis of these results
   */
  public Optional<String> aliasesInWords(Analysis of) {
    boolean fraction = of.effects().stream().anyMatch(e -> e.basis() == Effects.Basis.ADDITIVE);
    return aliases.isEmpty() || !fraction
        ? Optional.empty()
        : Optional.of(
            "this fraction cannot tell apart "
                + String.join("; ", aliases)
                + ": each is one number, the sum of these effects with signs");
  }

  /** The report for programs. */
  public ObjectNode json() {
    return json(OptionalDouble.empty());
  }

  /** The levels that are compared with nothing, because no cell with them has finished. */
  public Optional<String> absentInWords() {
    return absent.isEmpty()
        ? Optional.empty()
        : Optional.of("no finished cell has " + String.join(", ", absent) + ": in no comparison");
  }

  /** The components with which cells were computed although the kit refused them. */
  public List<String> refusals() {
    return rows.stream()
        .flatMap(row -> row.cells().stream())
        .flatMap(cell -> cell.result().components().stream())
        .filter(CellResult.Source::refused)
        .map(CellResult.Source::refusal)
        .distinct()
        .toList();
  }

  /**
   * The report as JSON.
   *
   * @param difference a difference, in the unit of each outcome, for which the number of seeds that
   *     detect it is added
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
      node.put("passes_per_step", Double.isFinite(row.passes()) ? (Double) row.passes() : null);
    }
    json.set("unmerged", UnmergedTraining.json(this));
    overlap().ifPresent(o -> json.set("overlap", Json.tree(o)));
    dataUse().ifPresent(d -> json.set("data", Json.tree(d)));
    Analysis analysis = analysis();
    AnalysisJson.put(json, analysis, aliases, difference);
    EqualLossJson.put(json, equalLoss());
    AnalysisJson.put(json, SelfTest.of(analysis, observations()));
    AnalysisJson.putProbes(json, associations());
    ArrayNode cells = json.putArray("cells");
    rows.forEach(row -> row.cells().forEach(c -> cells.add(AnalysisJson.cell(c))));
    json.set("failed", Json.tree(failed));
    List<String> failedMetrics = new MissingValues(this).failedMetrics();
    if (!failedMetrics.isEmpty()) {
      json.set("failed_metrics", Json.tree(failedMetrics));
    }
    List<String> refusals = refusals();
    if (!refusals.isEmpty()) {
      json.set("refused", Json.tree(refusals));
    }
    json.set("excluded", Json.tree(excluded));
    return json.put("missing", missing).put("of_earlier_plans", strangers);
  }
}
