package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.items.FolderItems;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Which items each cell has right before the first task and after the last, a bit for each item,
 * and the texts of the items. Equal strings of bits are kept once. What would make the page too
 * large is left out and counted.
 */
final class ItemData {
  /** The most characters of all strings of bits: 3 million bytes, or 24 million items. */
  private static final int MOST_BITS = 4_000_000;

  /** The most items whose texts are kept. */
  private static final int MOST_TEXTS = 4_000;

  private static final int LENGTH = 160;
  private static final int ANSWER = 60;

  private final Report report;
  private final Map<String, Integer> bits = new LinkedHashMap<>();
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Map<String, SetScore> sets = new LinkedHashMap<>();
  private int characters;
  private int left;

  ItemData(Report report) {
    this.report = report;
  }

  /** Adds the items of a cell to its node, {@code b}: two strings for each set, or null. */
  void add(CellResult result, ObjectNode cell) {
    List<SortedMap<String, SetScore>> rows = result.setScores();
    if (rows.size() < 2) {
      return;
    }
    if (characters > MOST_BITS) {
      left++;
      return;
    }
    SortedMap<String, SetScore> last = rows.get(rows.size() - 1);
    Map<Integer, int[]> found = new LinkedHashMap<>();
    rows.get(0)
        .forEach(
            (set, first) -> {
              SetScore end = last.get(set);
              if (end != null && judged(result, set, first) && judged(result, set, end)) {
                sets.putIfAbsent(set, first);
                if (sets.get(set).perExample().length == end.perExample().length
                    && first.perExample().length == end.perExample().length) {
                  int place = places.computeIfAbsent(set, s -> places.size());
                  found.put(place, new int[] {place(first), place(end)});
                }
              }
            });
    if (!found.isEmpty()) {
      ArrayNode all = cell.putArray("b");
      for (int i = 0; i < places.size(); i++) {
        int[] own = found.get(i);
        if (own == null) {
          all.addNull();
        } else {
          all.addArray().add(own[0]).add(own[1]);
        }
      }
    }
  }

  /** Whether the items of a set are right or wrong, as a share of them is its score. */
  private boolean judged(CellResult result, String set, SetScore score) {
    CellResult.Evaluation kept = result.evaluation().get(set);
    double[] each = score.perExample();
    return each.length > 0
        && report.scale(kept == null ? result.measure() : kept.measure()).unit().isEmpty()
        && Arrays.stream(each).allMatch(v -> v == 0 || v == 1);
  }

  private int place(SetScore score) {
    double[] each = score.perExample();
    BitSet right = new BitSet(each.length);
    for (int i = 0; i < each.length; i++) {
      right.set(i, each[i] == 1);
    }
    byte[] bytes = Arrays.copyOf(right.toByteArray(), (each.length + 7) / 8);
    String text = Base64.getEncoder().encodeToString(bytes);
    Integer known = bits.get(text);
    if (known != null) {
      return known;
    }
    bits.put(text, bits.size());
    characters += text.length();
    return bits.size() - 1;
  }

  /** Puts the items of all cells into the data of the page. */
  void put(ObjectNode data) {
    ObjectNode items = data.putObject("items").put("left", left);
    bits.keySet().forEach(items.putArray("bits")::add);
    Map<String, SetItems> recorded = FolderItems.of(report.folder()).bySet();
    int texts = 0;
    int without = 0;
    ArrayNode all = items.putArray("sets");
    for (String set : places.keySet()) {
      double[] weights = sets.get(set).weights();
      int n = sets.get(set).perExample().length;
      ObjectNode node = all.addObject().put("name", set).put("n", n);
      node.put("equal", Arrays.stream(weights).distinct().count() == 1);
      ArrayNode own = node.putArray("texts");
      SetItems known = recorded.get(set);
      for (int i = 0; known != null && i < Math.min(n, known.items().size()); i++) {
        if (texts++ < MOST_TEXTS) {
          Item item = known.items().get(i);
          own.addArray()
              .add(item.id())
              .add(line(item.text(), LENGTH))
              .add(line(item.right().orElse(""), ANSWER));
        } else {
          without++;
        }
      }
    }
    items.put("textsLeft", without);
  }

  private static String line(String text, int most) {
    return Item.cut(text.strip().replaceAll("\\s+", " "), most);
  }
}
