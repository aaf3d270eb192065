package io.github.palimpsest.results.items;

import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.ScoreScale;
import io.github.palimpsest.results.folder.SetScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * An item that the bare model has right and the trained one wrong, or the opposite.
 *
 * @param cell the cell's id
 * @param seed its seed
 * @param set the evaluation set
 * @param place the item's place in the set, from 0
 * @param gained whether it was wrong before the first task and is right after the last; otherwise
 *     it is lost
 * @param before the choice before the first task, from 0; -1 without choices
 * @param after the choice after the last task, from 0; -1 without choices
 */
public record Flip(
    String cell, long seed, String set, int place, boolean gained, int before, int after) {

  /** The word of the direction. */
  public String change() {
    return gained ? "gained" : "lost";
  }

  /**
   * The sets of a result whose items are right (1) or wrong (0) both before the first task and
   * after the last, with their flips in the order of the items.
   *
   * @param scale the scale of a measure
   */
  public static List<OfSet> of(CellResult result, Function<String, ScoreScale> scale) {
    List<SortedMap<String, SetScore>> rows = result.setScores();
    List<OfSet> all = new ArrayList<>();
    if (rows.size() < 2) {
      return all;
    }
    SortedMap<String, SetScore> first = rows.get(0);
    rows.get(rows.size() - 1)
        .forEach(
            (set, last) -> {
              SetScore start = first.get(set);
              CellResult.Evaluation kept = result.evaluation().get(set);
              String measure = kept == null ? result.measure() : kept.measure();
              if (start != null
                  && scale.apply(measure).unit().isEmpty()
                  && start.perExample().length == last.perExample().length
                  && judged(start)
                  && judged(last)) {
                all.add(of(result, set, start, last));
              }
            });
    return all;
  }

  private static OfSet of(CellResult result, String set, SetScore start, SetScore last) {
    double[] before = start.perExample();
    double[] after = last.perExample();
    int[] chosenBefore = start.chosen();
    int[] chosenAfter = last.chosen();
    List<Flip> flips = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        flips.add(
            new Flip(
                result.id(),
                result.seed(),
                set,
                i,
                after[i] == 1,
                i < chosenBefore.length ? chosenBefore[i] : -1,
                i < chosenAfter.length ? chosenAfter[i] : -1));
      }
    }
    return new OfSet(set, before.length, flips);
  }

  private static boolean judged(SetScore score) {
    double[] each = score.perExample();
    return each.length > 0 && Arrays.stream(each).allMatch(v -> v == 0 || v == 1);
  }

  /**
   * The flips of one cell on one set.
   *
   * @param set the evaluation set
   * @param items the number of its items
   * @param flips the items that flipped
   */
  public record OfSet(String set, int items, List<Flip> flips) {
    /** Copies the list. */
    public OfSet {
      flips = List.copyOf(flips);
    }

    /** How many items were lost. */
    public int lost() {
      return flips.size() - gained();
    }

    /** How many items were gained. */
    public int gained() {
      return (int) flips.stream().filter(Flip::gained).count();
    }
  }
}
