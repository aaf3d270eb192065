package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.ablation.analysis.Analysis;
import io.github.palimpsest.ablation.analysis.Observation;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

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
 */
public record Report(
    String experiment,
    String measure,
    boolean higherIsBetter,
    Map<String, Boolean> higherMetrics,
    List<Row> rows,
    List<JsonNode> failed,
    List<JsonNode> excluded,
    int missing,
    int strangers) {

  /**
   * A recipe and its cells.
   *
   * @param label the recipe without its defaults
   * @param cells the finished cells
   */
  public record Row(String label, List<CellResult> cells) {
    /** Copies the list. */
    public Row {
      cells = List.copyOf(cells);
    }

    /** The values of a metric by cell; NaN where it is not defined. */
    Sample metric(String name) {
      return Sample.of(
          cells.stream().mapToDouble(c -> number(c.result().path("metrics").path(name))));
    }

    /** By how much a kept set's score has changed from before the first task to after the last. */
    Sample drift(String set) {
      return Sample.of(cells.stream().mapToDouble(c -> c.drift(set)));
    }

    Sample msPerStep() {
      return Sample.of(cells.stream().mapToDouble(c -> number(c.measured().path("ms_per_step"))));
    }

    double passes() {
      return number(cells.get(0).result().at("/declared_cost/passes_per_step"));
    }
  }

  /**
   * A finished cell.
   *
   * @param planned what the plan says of it
   * @param result the content of {@code result.json}
   * @param measured what was measured of the run itself
   */
  public record CellResult(JsonNode planned, JsonNode result, JsonNode measured) {
    double drift(String set) {
      JsonNode kept = result.path("kept").path(set);
      JsonNode after = kept.path("after");
      return number(after.path(after.size() - 1)) - number(kept.path("before"));
    }

    /** Forward-and-backward passes of the whole training, as the components declare them. */
    double passes() {
      double steps = 0;
      for (JsonNode s : result.path("steps")) {
        steps += s.asLong();
      }
      return steps * number(result.at("/declared_cost/passes_per_step"));
    }
  }

  /** Copies the lists. */
  public Report {
    higherMetrics = Map.copyOf(higherMetrics);
    rows = List.copyOf(rows);
    failed = List.copyOf(failed);
    excluded = List.copyOf(excluded);
  }

  static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }

  /**
   * Reads an output folder.
   *
   * @throws PalimpsestException if it is none
   */
  public static Report of(Path folder) {
    if (!Files.isRegularFile(folder.resolve(OutputFolder.PLAN))) {
      throw new PalimpsestException(
          "'" + folder + "' is not an output folder: it has no " + OutputFolder.PLAN);
    }
    JsonNode plan = JsonFile.read(folder.resolve(OutputFolder.PLAN));
    Map<String, List<CellResult>> byLabel = new LinkedHashMap<>();
    List<JsonNode> failed = new ArrayList<>();
    int missing = 0;
    for (JsonNode planned : plan.path("cells")) {
      Path cell = folder.resolve("cells").resolve(planned.path("id").asText());
      if (Files.isRegularFile(cell.resolve(OutputFolder.RESULT))) {
        byLabel
            .computeIfAbsent(planned.path("label").asText(), l -> new ArrayList<>())
            .add(
                new CellResult(
                    planned,
                    JsonFile.read(cell.resolve(OutputFolder.RESULT)),
                    JsonFile.read(cell.resolve(OutputFolder.TIMING)).path("measured")));
      } else if (Files.isRegularFile(cell.resolve(OutputFolder.FAILED))) {
        failed.add(JsonFile.read(cell.resolve(OutputFolder.FAILED)));
      } else {
        missing++;
      }
    }
    List<Row> rows =
        byLabel.entrySet().stream().map(e -> new Row(e.getKey(), e.getValue())).toList();
    List<JsonNode> excluded = new ArrayList<>();
    plan.path("excluded").forEach(excluded::add);
    Map<String, Boolean> higherMetrics = new LinkedHashMap<>();
    plan.path("metrics")
        .forEach(
            m ->
                higherMetrics.put(m.path("name").asText(), m.path("higher_is_better").asBoolean()));
    JsonNode any = rows.isEmpty() ? JsonFile.object() : rows.get(0).cells().get(0).result();
    return new Report(
        plan.path("experiment").asText(),
        any.path("measure").asText(),
        any.path("higher_is_better").asBoolean(),
        higherMetrics,
        rows,
        failed,
        excluded,
        missing,
        Folders.count(folder.resolve("cells")) - plan.path("cells").size() + missing);
  }

  /** Whether a higher value of a metric is the better one. */
  boolean higherMetricIsBetter(String metric) {
    return higherMetrics.getOrDefault(metric, true);
  }

  /** What the finished cells say together: effects, differences, the frontier. */
  public Analysis analysis() {
    Observations observations = new Observations(this);
    return Analysis.of(observations.outcomes(), observations.cells());
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
    return keys("metrics");
  }

  /** The names of all kept sets, in the order of the results. */
  List<String> keptSets() {
    return keys("kept");
  }

  private List<String> keys(String field) {
    Set<String> names = new LinkedHashSet<>();
    for (Row row : rows) {
      for (CellResult cell : row.cells()) {
        cell.result().path(field).fieldNames().forEachRemaining(names::add);
      }
    }
    return List.copyOf(names);
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
        JsonFile.object()
            .put("experiment", experiment)
            .put("measure", measure)
            .put("higher_is_better", higherIsBetter);
    ArrayNode recipes = json.putArray("recipes");
    for (Row row : rows) {
      ObjectNode node = recipes.addObject().put("label", row.label());
      node.put("recipe", row.cells().get(0).result().path("recipe").asText());
      ArrayNode seeds = node.putArray("seeds");
      row.cells().forEach(c -> seeds.add(c.result().path("seed").asLong()));
      ObjectNode means = node.putObject("metrics");
      metrics().forEach(m -> means.set(m, row.metric(m).json()));
      ObjectNode drifts = node.putObject("drift");
      keptSets().forEach(s -> drifts.set(s, row.drift(s).json()));
      node.set("ms_per_step", row.msPerStep().json());
      node.put("passes_per_step", row.passes());
    }
    AnalysisJson.put(json, analysis(), difference);
    ArrayNode cells = json.putArray("cells");
    rows.forEach(row -> row.cells().forEach(c -> cells.add(cell(c))));
    json.putArray("failed").addAll(failed);
    json.putArray("excluded").addAll(excluded);
    return json.put("missing", missing).put("of_earlier_plans", strangers);
  }

  private static ObjectNode cell(CellResult c) {
    ObjectNode node = JsonFile.object();
    TreeMap<String, JsonNode> wanted = new TreeMap<>();
    for (String field :
        List.of("id", "label", "recipe", "seed", "tasks", "scores", "kept", "metrics", "steps")) {
      wanted.put(field, c.result().path(field));
    }
    wanted.forEach(node::set);
    node.set("measured", c.measured());
    return node;
  }
}
