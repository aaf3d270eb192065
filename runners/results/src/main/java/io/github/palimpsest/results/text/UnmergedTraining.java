package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Merging;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The training behind recipes whose mergers act only at the end, without these mergers. Recipes
 * that differ only in such mergers share it.
 *
 * @param label its recipe without defaults
 * @param recipes the labels of the recipes that merge it
 * @param bySeed its scores and metrics, by seed
 */
public record UnmergedTraining(
    String label, List<String> recipes, Map<Long, Merging.Unmerged> bySeed) {
  /** What a table of such trainings is called. */
  public static final String TITLE = "The same trainings without the mergers that act at the end";

  /** What a reader must know of the recipes with such mergers. */
  public static final String NOTE =
      "Where mergers act only at the end, the recipe has one model: learned and retained are of its"
          + " last row; learning accuracy, forgetting and transfer need earlier rows and are not"
          + " defined.";

  /** Copies the list. */
  public UnmergedTraining {
    recipes = List.copyOf(recipes);
  }

  /** A metric, over seeds. */
  public Sample metric(String name) {
    return Sample.of(bySeed.values().stream().mapToDouble(u -> u.metric(name)));
  }

  /** The change of an evaluation set's score over the training, over seeds. */
  public Sample drift(String set) {
    return Sample.of(bySeed.values().stream().mapToDouble(u -> u.drift(set)));
  }

  /** The trainings in the order of the recipes; none without mergers at the end. */
  public static List<UnmergedTraining> of(Results results) {
    Map<String, List<String>> recipes = new LinkedHashMap<>();
    Map<String, Map<Long, Merging.Unmerged>> seeds = new LinkedHashMap<>();
    for (Results.Row row : results.rows()) {
      for (Results.Finished cell : row.cells()) {
        Optional<Merging.Unmerged> unmerged = cell.result().unmerged();
        if (unmerged.isPresent()) {
          String label = unmerged.get().label();
          List<String> merging = recipes.computeIfAbsent(label, l -> new ArrayList<>());
          if (!merging.contains(row.label())) {
            merging.add(row.label());
          }
          seeds
              .computeIfAbsent(label, l -> new TreeMap<>())
              .putIfAbsent(cell.result().seed(), unmerged.get());
        }
      }
    }
    List<UnmergedTraining> all = new ArrayList<>();
    recipes.forEach(
        (label, merging) ->
            all.add(new UnmergedTraining(label, merging, seeds.getOrDefault(label, Map.of()))));
    return all;
  }

  /** The trainings for programs. */
  static ArrayNode json(Results results) {
    ArrayNode all = Json.array();
    for (UnmergedTraining t : of(results)) {
      ObjectNode node = all.addObject().put("label", t.label());
      ArrayNode recipes = node.putArray("merged_as");
      t.recipes().forEach(recipes::add);
      ArrayNode seeds = node.putArray("seeds");
      t.bySeed().keySet().forEach(seeds::add);
      ObjectNode means = node.putObject("metrics");
      results.metrics().forEach(m -> means.set(m, t.metric(m).json()));
      ObjectNode drifts = node.putObject("drift");
      results.evaluationSets().forEach(s -> drifts.set(s, t.drift(s).json()));
    }
    return all;
  }

  /** The trainings as a table; empty if there are none. */
  static String text(Results results) {
    List<UnmergedTraining> all = of(results);
    if (all.isEmpty()) {
      return "";
    }
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("recipe", "seeds"));
    head.addAll(results.metrics());
    results.evaluationSets().forEach(s -> head.add("drift of " + s));
    table.add(head);
    for (UnmergedTraining t : all) {
      List<String> row = new ArrayList<>(List.of(t.label(), "" + t.bySeed().size()));
      results.metrics().forEach(m -> row.add(ReportText.mean(t.metric(m), 3)));
      results.evaluationSets().forEach(s -> row.add(ReportText.mean(t.drift(s), 3)));
      table.add(row);
    }
    return "\n" + TITLE + "\n\n" + TextTable.of(table) + "\n" + NOTE + "\n";
  }
}
