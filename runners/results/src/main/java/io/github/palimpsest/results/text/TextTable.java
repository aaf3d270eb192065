package io.github.palimpsest.results.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table as text: columns as wide as they need, words to the left, numbers to the right. */
public final class TextTable {
  private static final Set<String> WORDS =
      Set.of(
          "recipe",
          "id",
          "set",
          "beaten by",
          "scenario",
          "contrast",
          "at equal",
          "by seed",
          "rule");

  private TextTable() {}

  /**
   * Lays out a table.
   *
   * @param rows the first is the head; all equally long
   */
  public static String of(List<List<String>> rows) {
    return of(rows, rows.get(0).stream().map(WORDS::contains).toList());
  }

  /**
   * Lays out a table. A cell stays in its line and its column, whatever its characters are ({@link
   * Printable#line}).
   *
   * @param rows the first is the head; all equally long
   * @param left says which columns are aligned to the left
   */
  public static String of(List<List<String>> rows, List<Boolean> left) {
    List<List<String>> shown =
        rows.stream().map(row -> row.stream().map(Printable::line).toList()).toList();
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    for (List<String> row : shown) {
      for (int c = 0; c < columns; c++) {
        width[c] = Math.max(width[c], Math.max(1, Printable.columns(row.get(c))));
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : shown) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < columns; c++) {
        String space = " ".repeat(width[c] - Printable.columns(row.get(c)));
        cells.add(left.get(c) ? row.get(c) + space : space + row.get(c));
      }
      out.append(String.join("  ", cells).stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
