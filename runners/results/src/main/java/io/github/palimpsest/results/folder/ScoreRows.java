package io.github.palimpsest.results.folder;

import java.util.List;
import java.util.SortedMap;

/**
 * The content of a file with rows of scores.
 *
 * @param rows one or more rows, each with the scores of the sets by name
 */
record ScoreRows(List<SortedMap<String, CellResult.Row>> rows) {
  /** Copies the list, and requires at least one row and every score. */
  ScoreRows {
    rows = JsonFile.list(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("'rows' is missing");
    }
    rows.forEach(row -> row.forEach((set, score) -> JsonFile.required(score, set)));
  }
}
