package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final ObjectMapper JSON = new ObjectMapper(JsonRecord.FACTORY);

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
   * it has there. They stay in the file: each is parsed when it is asked for, and refused then if
   * it is malformed.
   *
   * @throws PalimpsestException if the file is missing or empty, the filter does not fit its keys,
   *     or lets nothing through
   */
  public List<JsonRecord> records() {
    return records(Long.MAX_VALUE);
  }

  /**
   * The first of the records that the filter lets through; without a filter the file is read no
   * further.
   *
   * @param most how many at most
   */
  public List<JsonRecord> records(long most) {
    if (!Files.isReadable(file)) {
      throw new PalimpsestException("cannot read " + file + ": there is no such file");
    }
    List<JsonRecord> kept =
        isTable(file.toString())
            ? table(most)
            : filter.map(f -> filtered(f, most)).orElseGet(() -> RecordIndex.read(file, most));
    if (kept.isEmpty()) {
      throw filter
          .map(f -> RowFilter.problem(f.condition(), "no record of " + file + " passes it"))
          .orElseGet(() -> new PalimpsestException(file + " has no records"));
    }
    return kept;
  }

  private List<JsonRecord> filtered(RowFilter condition, long most) {
    RecordIndex.Records read = RecordIndex.scan(file, Long.MAX_VALUE);
    List<JsonRecord> all = read.records();
    try (DuckDb db = DuckDb.open()) {
      db.openJson(file, read.longest());
      long count = db.rows(file);
      if (count != all.size()) {
        throw new PalimpsestException(
            file + " has " + all.size() + " records, but DuckDB reads " + count);
      }
      LongList rows = new LongList();
      db.rows(file, condition, most, rows::add);
      return new ReadList<>(rows.size(), i -> all.get((int) (rows.get(i) - 1)));
    }
  }

  /** Rows have no place in a table that could be found again, so their JSON is kept beside it. */
  private List<JsonRecord> table(long most) {
    FileBytes kept = FileBytes.empty(file);
    LongList rows = new LongList();
    LongList ends = new LongList();
    try (DuckDb db = DuckDb.open()) {
      db.openTable(file, kind(file.toString()).endsWith(".parquet"));
      db.table(
          file,
          filter,
          most,
          (row, json) -> {
            try {
              kept.append(json.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              throw FileBytes.unreadable(file, e);
            }
            rows.add(row);
            ends.add(kept.size());
          });
    }
    return new ReadList<>(rows.size(), i -> row(kept, rows, ends, i));
  }

  private JsonRecord row(FileBytes kept, LongList rows, LongList ends, int i) {
    long from = i == 0 ? 0 : ends.get(i - 1);
    long row = rows.get(i);
    byte[] json = kept.read(from, Math.toIntExact(ends.get(i) - from));
    try {
      ObjectNode node = (ObjectNode) JSON.readTree(json);
      node.remove(DuckDb.ROW_KEY);
      if (!kind(file.toString()).endsWith(".parquet")) {
        // a field without characters is an empty text: CSV has no other nothing
        node.properties().stream()
            .filter(e -> e.getValue().isNull())
            .map(Map.Entry::getKey)
            .toList()
            .forEach(key -> node.put(key, ""));
      }
      return new JsonRecord(file + ", row " + row, (int) (row - 1), node);
    } catch (IOException e) {
      throw new IllegalStateException("DuckDB gives JSON", e);
    }
  }
}
