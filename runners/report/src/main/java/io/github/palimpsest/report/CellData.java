package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.results.analysis.AnalysisSettings;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import io.github.palimpsest.results.text.Results;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The numbers of every cell for the views of one cell and of two: scores, outcomes, settings, and
 * what an interval over seeds needs.
 */
final class CellData {
  /** Three digits are shown, of differences too. */
  private static final MathContext DIGITS = new MathContext(8);

  private final Report report;
  private final ObjectNode grid;

  private CellData(Report report, ObjectNode grid) {
    this.report = report;
    this.grid = grid;
  }

  /**
   * Puts the cells of a report that has at least one into the data of its page, with their items.
   */
  static void put(Report report, ObjectNode data) {
    CellData cells = new CellData(report, data.putObject("grid"));
    cells.describe();
    cells.cells(new ItemData(report), data);
  }

  private void describe() {
    Results results = report.results();
    CellResult any = results.rows().get(0).cells().get(0).result();
    ScoreScale scale = report.scale(results.measure());
    grid.put("unit", unit(scale.unit())).put("higher", results.higherIsBetter());
    any.tasks().forEach(grid.putArray("tasks")::add);
    double resolution = Outcome.NATS_RESOLUTION;
    ArrayNode outcomes = grid.putArray("outcomes");
    for (Outcome o : report.analysis().outcomes()) {
      outcomes
          .addObject()
          .put("name", o.shown())
          .put("unit", unit(o.unit()))
          .put("higher", o.higherIsBetter())
          .put("resolution", o.resolution());
      resolution = results.metrics().contains(o.name()) ? o.resolution() : resolution;
    }
    grid.put("resolution", resolution);
    ArrayNode sets = grid.putArray("sets");
    for (String set : results.evaluationSets()) {
      Outcome o = report.change(set);
      sets.addObject()
          .put("name", set)
          .put("measure", measure(set))
          .put("unit", unit(o.unit()))
          .put("higher", o.higherIsBetter());
    }
    grid.put("seedsForIntervals", SeedContrast.FOR_INTERVALS);
    grid.put("stein", report.analysis().settings().precision().isPresent());
    ArrayNode t = grid.putArray("t").add(0);
    for (int df = 1; df < report.seeds().size(); df++) {
      t.add(new TTest(0, 1, df).interval(AnalysisSettings.CONFIDENCE).high());
    }
    ProvenanceSection provenance = new ProvenanceSection(report);
    provenance.command().ifPresent(c -> grid.putArray("command").add(c).add(" --out again-"));
  }

  private String measure(String set) {
    return report.results().rows().stream()
        .flatMap(r -> r.cells().stream())
        .filter(c -> c.result().evaluation().containsKey(set))
        .map(c -> c.result().evaluation().get(set).measure())
        .findFirst()
        .orElse("");
  }

  private void cells(ItemData items, ObjectNode data) {
    ArrayNode recipes = grid.putArray("recipes");
    ArrayNode cells = grid.putArray("cells");
    Map<String, Observation> observed = new HashMap<>();
    report.cells().forEach(c -> observed.put(c.cell(), c));
    Set<String> varying = varying();
    for (Results.Row row : report.results().rows()) {
      Results.Finished first = row.cells().get(0);
      ObjectNode recipe = recipes.addObject().put("label", row.label());
      recipe.put("recipe", first.result().recipe());
      ObjectNode levels = recipe.putObject("levels");
      first.planned().levels().forEach(levels::put);
      settings(first.result().recipe(), recipe.putObject("settings"));
      for (Results.Finished cell : row.cells()) {
        ObjectNode node = cells.addObject().put("id", cell.planned().id());
        cell(cell, observed.get(cell.planned().id()), node.put("r", recipes.size() - 1));
        ObjectNode inputs = node.putObject("i");
        varying.stream()
            .filter(cell.result().inputs()::containsKey)
            .forEach(k -> inputs.put(k, cell.result().inputs().get(k)));
        items.add(cell.result(), node);
      }
    }
    items.put(data);
  }

  private void cell(Results.Finished cell, Observation seen, ObjectNode node) {
    node.put("s", seen.seed());
    CellResult result = cell.result();
    ArrayNode matrix = node.putArray("m");
    numbers(matrix.addArray(), result.scores().before());
    for (double[] after : result.scores().after()) {
      numbers(matrix.addArray(), after);
    }
    ArrayNode sets = node.putArray("e");
    for (String set : report.results().evaluationSets()) {
      ArrayNode scores = sets.addArray();
      CellResult.Evaluation own = result.evaluation().get(set);
      if (own != null) {
        numbers(scores, own.before());
        numbers(scores, own.after());
      }
    }
    ArrayNode outcomes = node.putArray("o");
    report.analysis().outcomes().forEach(o -> numbers(outcomes, seen.outcome(o.name())));
    node.set("w", number(Timing.number(cell.measured().wallSeconds())));
    node.set("p", number(Timing.number(cell.measured().peakRssBytes()) / 1e6));
  }

  /** The inputs that are not the same in all cells. */
  private Set<String> varying() {
    List<Map<String, String>> all =
        report.results().rows().stream()
            .flatMap(row -> row.cells().stream())
            .map(cell -> cell.result().inputs())
            .toList();
    return all.stream()
        .flatMap(inputs -> inputs.keySet().stream())
        .distinct()
        .filter(key -> all.stream().map(inputs -> inputs.get(key)).distinct().count() > 1)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The settings of a recipe's components by path, {@code sam.base=adamw.lr}. */
  private static void settings(String recipe, ObjectNode into) {
    try {
      RecipeText text = RecipeText.parse(recipe);
      List<Value.Call> calls = new ArrayList<>(text.sum());
      calls.addAll(text.pipe());
      calls.forEach(call -> settings("", call, into));
    } catch (PalimpsestException e) {
      into.put("recipe", recipe);
    }
  }

  /** A component is a setting of its own, since another recipe may lack it. */
  private static void settings(String prefix, Value.Call component, ObjectNode into) {
    String name = prefix + component.name();
    into.put(name, "yes");
    component
        .arguments()
        .forEach(
            (key, value) -> {
              String path = name + "." + key;
              if (value instanceof Value.Call inner && !inner.arguments().isEmpty()) {
                settings(path + "=", inner, into);
              } else {
                into.put(path, value.toString());
              }
            });
  }

  private static String unit(String unit) {
    return unit.isEmpty() ? "share" : unit;
  }

  private static void numbers(ArrayNode into, double... values) {
    for (double v : values) {
      into.add(number(v));
    }
  }

  /** A number in few digits; null where it is not defined. */
  private static JsonNode number(double value) {
    return Double.isFinite(value)
        ? DecimalNode.valueOf(new BigDecimal(value).round(DIGITS).stripTrailingZeros())
        : NullNode.getInstance();
  }
}
