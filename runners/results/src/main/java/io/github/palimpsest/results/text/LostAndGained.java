package io.github.palimpsest.results.text;

import io.github.palimpsest.results.items.Flip;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.results.statistics.McNemar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The items of a set that a recipe lost and gained from before the first task to after the last.
 *
 * @param recipe the recipe without its defaults
 * @param set the task or evaluation set
 * @param items the number of its items
 * @param bySeed the counts at each seed
 * @param holm the p-value of McNemar's exact test, stratified by seed, after Holm over all recipes
 *     and sets of the folder
 * @param lost examples of lost items: those lost at most seeds first
 * @param gained examples of gained items
 */
public record LostAndGained(
    String recipe,
    String set,
    int items,
    List<McNemar> bySeed,
    double holm,
    List<Shown> lost,
    List<Shown> gained) {
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
   * A recipe on a set, with a p-value that is not adjusted yet.
   *
   * @param seeds its flips at each seed, at least one
   * @param items for the texts, if they are recorded
   */
  static LostAndGained of(
      String recipe, String set, List<Flip.OfSet> seeds, Optional<SetItems> items) {
    List<McNemar> bySeed = seeds.stream().map(s -> new McNemar(s.lost(), s.gained())).toList();
    return new LostAndGained(
        recipe,
        set,
        seeds.get(0).items(),
        bySeed,
        McNemar.stratified(bySeed).exactP(),
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
        line(item.text(), LENGTH),
        line(item.choice(first.before()).orElse(""), CHOICE),
        line(item.choice(first.after()).orElse(""), CHOICE),
        line(item.right().orElse(""), CHOICE),
        flips.size());
  }

  /** Whether an item flipped at some seed. */
  boolean changed() {
    return allSeeds().lost() + allSeeds().gained() > 0;
  }

  /** Whether there is an item to show. */
  public boolean hasExamples() {
    return !lost.isEmpty() || !gained.isEmpty();
  }

  /** A copy with another p-value. */
  LostAndGained with(double adjusted) {
    return new LostAndGained(recipe, set, items, bySeed, adjusted, lost, gained);
  }

  /** The text in one line, in short. */
  private static String line(String text, int most) {
    return Item.cut(text.strip().replaceAll("\\s+", " "), most);
  }
}
