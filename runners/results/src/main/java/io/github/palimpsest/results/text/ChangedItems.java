package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.items.Flip;
import io.github.palimpsest.results.items.FolderItems;
import io.github.palimpsest.results.statistics.Correction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The items that the recipes of an output folder lost and gained, for the forms of a report.
 *
 * @param rows every recipe on every set whose items are right or wrong, in the order of the plan
 * @param missing sentences without their stops: why no item, or not every item, is shown
 */
public record ChangedItems(List<LostAndGained> rows, List<String> missing) {
  /** What the numbers mean, in sentences without their stops. */
  public static final List<String> DEFINITION =
      List.of(
          "Lost items are right before the first task and wrong after the last one; gained items"
              + " are the opposite. The scores before the first task are those of the bare model",
          "Counts are sums over seeds. P is that of McNemar's exact test, stratified by seed, after"
              + " Holm over all rows of this table: every recipe on every set. It is of these"
              + " trained models alone, and says nothing about other seeds");

  private static final String NOT_RECORDED =
      "This folder has no records of the items, so none is shown: an earlier version wrote it";

  private static final String AGAIN =
      "; its items are not shown, and 'palimpsest run' writes them again";

  /** Copies the lists. */
  public ChangedItems {
    rows = List.copyOf(rows);
    missing = List.copyOf(missing);
  }

  /**
   * The items of a folder. A damaged file of items takes the texts away, and no count.
   *
   * @param folder the folder of the results, for the texts of the items
   */
  public static ChangedItems of(Path folder, Results results) {
    FolderItems items = FolderItems.of(folder);
    List<LostAndGained> all = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      Map<String, List<Flip.OfSet>> bySet = new LinkedHashMap<>();
      for (Results.Finished cell : row.cells()) {
        Flip.of(cell.result(), results::scale)
            .forEach(s -> bySet.computeIfAbsent(s.set(), k -> new ArrayList<>()).add(s));
      }
      bySet.forEach(
          (set, seeds) ->
              all.add(
                  LostAndGained.of(
                      row.label(), set, seeds, Optional.ofNullable(items.bySet().get(set)))));
    }
    List<String> missing = new ArrayList<>();
    items.damaged().forEach(d -> missing.add(d + AGAIN));
    boolean none = all.stream().noneMatch(LostAndGained::hasExamples);
    if (missing.isEmpty() && none && all.stream().anyMatch(LostAndGained::changed)) {
      missing.add(NOT_RECORDED);
    }
    return new ChangedItems(adjusted(all), missing);
  }

  /** One family: all that the table shows. */
  private static List<LostAndGained> adjusted(List<LostAndGained> all) {
    double[] holm = Correction.HOLM.adjust(all.stream().mapToDouble(LostAndGained::holm).toArray());
    List<LostAndGained> adjusted = new ArrayList<>();
    for (int i = 0; i < holm.length; i++) {
      adjusted.add(all.get(i).with(holm[i]));
    }
    return adjusted;
  }

  /** Adds them to the report as JSON, as {@code lost_and_gained}. */
  public void put(ObjectNode json) {
    ArrayNode all = json.putArray("lost_and_gained");
    for (LostAndGained r : rows) {
      ObjectNode node = all.addObject().put("recipe", r.recipe()).put("set", r.set());
      node.put("items", r.items()).put("seeds", r.bySeed().size());
      node.put("lost", r.allSeeds().lost()).put("gained", r.allSeeds().gained());
      node.put("p", r.allSeeds().exactP()).put("tests_in_family", rows.size());
      node.put("p_holm", r.holm());
      node.set("lost_items", Json.tree(r.lost()));
      node.set("gained_items", Json.tree(r.gained()));
    }
    json.set("items_missing", Json.tree(missing));
  }

  /** The counts as a flat table for programs: a header, and a row for each recipe on each set. */
  public List<List<String>> table() {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "recipe", "set", "items", "seeds", "lost", "gained", "p", "tests_in_family", "p_holm"));
    for (LostAndGained r : rows) {
      table.add(
          List.of(
              r.recipe(),
              r.set(),
              "" + r.items(),
              "" + r.bySeed().size(),
              "" + r.allSeeds().lost(),
              "" + r.allSeeds().gained(),
              "" + r.allSeeds().exactP(),
              "" + rows.size(),
              "" + r.holm()));
    }
    return table;
  }
}
