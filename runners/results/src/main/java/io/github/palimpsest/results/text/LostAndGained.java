package io.github.palimpsest.results.text;

import io.github.palimpsest.results.items.Flip;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.results.statistics.McNemar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The items of a set that a recipe lost and gained from before the first task to after the last.
 *
 * @param recipe the recipe without its defaults
 * @param set the task or evaluation set
 * @param items the number of its items
 * @param bySeed the counts at each seed
 * @param lost examples of lost items: those lost at most seeds first
 * @param gained examples of gained items
 */
public record LostAndGained(
    String recipe,
    String set,
    int items,
    List<McNemar> bySeed,
    List<Shown> lost,
    List<Shown> gained) {
  /** What the numbers mean, in sentences. */
  public static final List<String> DEFINITION =
      List.of(
          "Lost items are right before the first task and wrong after the last one; gained items"
              + " are the opposite. The scores before the first task are those of the bare model",
          "Counts are sums over seeds. The p-value is that of McNemar's exact test, stratified by"
              + " seed, of these trained models alone; it is not adjusted for several recipes and"
              + " sets, and says nothing about other seeds");

  /** What is said in place of examples for a folder of an earlier version. */
  public static final String NOT_RECORDED =
      "This folder has no records of the items, so none is shown: an earlier version wrote it";

  private static final int EXAMPLES = 5;
  private static final int LENGTH = 160;
  private static final int CHOICE = 60;

  /** Copies the lists. */
  public LostAndGained {
    bySeed = List.copyOf(bySeed);
    lost = List.copyOf(lost);
    gained = List.copyOf(gained);
  }

  /**
   * An item for readers, with long texts cut.
   *
   * @param id the set and the number of the record
   * @param text what the model was given
   * @param before its choice before the first task; empty without choices
   * @param after its choice after the last task, at the first of the seeds
   * @param right the right choice or answer
   * @param seeds the number of seeds at which it flipped
   */
  public record Shown(
      String id, String text, String before, String after, String right, int seeds) {}

  /** The counts of all seeds together. */
  public McNemar allSeeds() {
    return McNemar.stratified(bySeed);
  }

  /**
   * Every recipe on every set whose items are right or wrong.
   *
   * @param folder the folder of the results, for the texts of the items
   */
  public static List<LostAndGained> of(Path folder, Results results) {
    Map<String, SetItems> items = SetItems.of(folder);
    List<LostAndGained> all = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      Map<String, List<Flip.OfSet>> bySet = new LinkedHashMap<>();
      for (Results.Finished cell : row.cells()) {
        Flip.of(cell.result(), results::scale)
            .forEach(s -> bySet.computeIfAbsent(s.set(), k -> new ArrayList<>()).add(s));
      }
      bySet.forEach(
          (set, seeds) ->
              all.add(of(row.label(), set, seeds, Optional.ofNullable(items.get(set)))));
    }
    return all;
  }

  private static LostAndGained of(
      String recipe, String set, List<Flip.OfSet> seeds, Optional<SetItems> items) {
    return new LostAndGained(
        recipe,
        set,
        seeds.get(0).items(),
        seeds.stream().map(s -> new McNemar(s.lost(), s.gained())).toList(),
        shown(seeds, items, false),
        shown(seeds, items, true));
  }

  private static List<Shown> shown(
      List<Flip.OfSet> seeds, Optional<SetItems> items, boolean gained) {
    Map<Integer, List<Flip>> byPlace = new TreeMap<>();
    seeds.stream()
        .flatMap(s -> s.flips().stream())
        .filter(f -> f.gained() == gained)
        .forEach(f -> byPlace.computeIfAbsent(f.place(), p -> new ArrayList<>()).add(f));
    return byPlace.entrySet().stream()
        .sorted(Comparator.comparingInt(e -> -e.getValue().size()))
        .flatMap(
            e ->
                items
                    .flatMap(all -> all.at(e.getKey()))
                    .map(item -> shown(item, e.getValue()))
                    .stream())
        .limit(EXAMPLES)
        .toList();
  }

  private static Shown shown(Item item, List<Flip> flips) {
    Flip first = flips.get(0);
    return new Shown(
        item.id(),
        Item.cut(item.text().strip(), LENGTH),
        Item.cut(item.choice(first.before()).orElse(""), CHOICE),
        Item.cut(item.choice(first.after()).orElse(""), CHOICE),
        Item.cut(item.right().orElse("").strip(), CHOICE),
        flips.size());
  }

  /** Whether items flipped and none of them is recorded. */
  public static boolean lacksItems(List<LostAndGained> all) {
    return all.stream().anyMatch(r -> r.allSeeds().lost() + r.allSeeds().gained() > 0)
        && all.stream()
            .flatMap(r -> Stream.concat(r.lost().stream(), r.gained().stream()))
            .findAny()
            .isEmpty();
  }
}
