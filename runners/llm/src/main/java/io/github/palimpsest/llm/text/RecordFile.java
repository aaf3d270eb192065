package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of records: JSON or JSONL, as it is or as {@code .gz}; a table in {@code .parquet}, {@code
 * .csv} or {@code .tsv}, the latter two as {@code .gz} as well. A column of a table is a key of its
 * records; CSV has text alone, its first line the names.
 *
 * @param file where
 * @param filter which records; empty for all
 */
public record RecordFile(Path file, Optional<RowFilter> filter) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A file's name in small letters, without {@code .gz}. */
  static String kind(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /** What reads tables and filters, with its version: the records may depend on it. */
  public static String reader() {
    try (DuckDb db = DuckDb.open()) {
      return "DuckDB " + db.texts("SELECT version()").get(0);
    }
  }

  /** Whether a file, by its name, is a table and not JSON or text. */
  public static boolean isTable(String file) {
    String kind = kind(file);
    return kind.endsWith(".parquet") || kind.endsWith(".csv") || kind.endsWith(".tsv");
  }

  /**
   * The records that the filter lets through, in the order of the file, each with the number that
   * it has there.
   *
   * @throws PalimpsestException if the file is missing, empty or malformed, the filter does not fit
   *     its keys, or lets nothing through
   */
  public List<JsonRecord> records() {
    if (!Files.isReadable(file)) {
      throw new PalimpsestException("cannot read " + file + ": there is no such file");
    }
    List<JsonRecord> kept =
        isTable(file.toString()) ? table() : filter.map(this::filtered).orElseGet(this::json);
    if (kept.isEmpty()) {
      throw filter
          .map(f -> RowFilter.problem(f.condition(), "no record of " + file + " passes it"))
          .orElseGet(() -> new PalimpsestException(file + " has no records"));
    }
    return kept;
  }

  private List<JsonRecord> json() {
    return JsonRecord.parse(file, Utf8Text.read(file));
  }

  private List<JsonRecord> filtered(RowFilter condition) {
    List<JsonRecord> all = json();
    try (DuckDb db = DuckDb.open()) {
      db.loadJson(file);
      if (db.rows() != all.size()) {
        throw new PalimpsestException(
            file + " has " + all.size() + " records, but DuckDB reads " + db.rows());
      }
      return kept(all, db.rows(file, condition));
    }
  }

  private List<JsonRecord> table() {
    List<JsonRecord> all = new ArrayList<>();
    try (DuckDb db = DuckDb.open()) {
      for (DuckDb.Row row : db.loadTable(file, kind(file.toString()).endsWith(".parquet"))) {
        all.add(
            new JsonRecord(file + ", row " + row.number(), all.size(), JSON.readTree(row.json())));
      }
      return filter.isPresent() ? kept(all, db.rows(file, filter.get())) : all;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB gives JSON", e);
    }
  }

  private static List<JsonRecord> kept(List<JsonRecord> all, List<Long> rows) {
    return rows.stream().map(row -> all.get((int) (row - 1))).toList();
  }
}
