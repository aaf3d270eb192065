package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.arrow.ArrowFile;
import io.github.palimpsest.llm.csv.CsvDialect;
import io.github.palimpsest.llm.layout.BadRecordException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of records: JSON or JSONL, unpacked or as {@code .gz}, or a table in {@code .parquet},
 * {@code .arrow}, {@code .feather}, {@code .csv} or {@code .tsv}, the latter two also as {@code
 * .gz}. A column of a table is a key of its records. In CSV all values are text, and the first line
 * has the names; see {@link CsvDialect} for its quotes and delimiters.
 *
 * @param file the file
 * @param filter the filter for records; empty for all records
 */
public record RecordFile(Path file, Optional<RowFilter> filter) {
  private static final ObjectMapper JSON = new ObjectMapper(JsonRecord.FACTORY);

  /** A file's name in lower case, without {@code .gz}. */
  static String kind(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /**
   * The name and version of the engine that reads tables and filters; the records may depend on it.
   */
  public static String reader() {
    try (DuckDb db = DuckDb.open()) {
      return "DuckDB " + db.texts("SELECT version()").get(0);
    }
  }

  /** Whether a file is a table, not JSON or text, according to its name. */
  public static boolean isTable(String file) {
    String kind = kind(file);
    return kind.endsWith(".parquet")
        || kind.endsWith(".csv")
        || kind.endsWith(".tsv")
        || isArrow(file);
  }

  private static boolean isArrow(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".arrow") || name.endsWith(".feather");
  }

  /**
   * The records that meet the filter, in the order of the file, each with its number in the file.
   * They stay in the file. Each record is parsed on request, and a malformed record is refused at
   * that time.
   *
   * @throws PalimpsestException if the file is missing or empty, the filter does not fit its keys,
   *     or no record meets it
   */
  public List<JsonRecord> records() {
    return records(Long.MAX_VALUE);
  }

  /**
   * The first records that meet the filter. Without a filter the rest of the file is not read.
   *
   * @param most the largest number of records
   */
  public List<JsonRecord> records(long most) {
    if (!Files.isReadable(file)) {
      throw new PalimpsestException("cannot read " + file + ": there is no such file");
    }
    String kind = kind(file.toString());
    List<JsonRecord> kept =
        isArrow(file.toString())
            ? arrow(most)
            : kind.endsWith(".parquet")
                ? parquet(most)
                : isTable(kind)
                    ? csv(most)
                    : filter
                        .map(f -> filtered(f, most))
                        .orElseGet(() -> RecordIndex.read(file, most));
    if (kept.isEmpty()) {
      throw filter
          .<PalimpsestException>map(f -> new RowFilter.NothingPassesException(f, "" + file))
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

  private List<JsonRecord> parquet(long most) {
    KeptRows kept = new KeptRows(file);
    try (DuckDb db = DuckDb.open()) {
      db.openParquet(file);
      db.table(
          file, filter, most, (row, json) -> kept.add(row, json.getBytes(StandardCharsets.UTF_8)));
    }
    return kept.records(
        row -> {
          row.remove(DuckDb.ROW_KEY);
          return row;
        });
  }

  private List<JsonRecord> csv(long most) {
    if (filter.isEmpty()) {
      return CsvIndex.scan(file, most).records();
    }
    CsvIndex index = CsvIndex.scan(file, Long.MAX_VALUE);
    List<JsonRecord> all = index.records();
    Path lines = temporary();
    try {
      LongList whole = new LongList();
      LongList bad = new LongList();
      long longest = writeLines(index, lines, whole, bad);
      LongList passed = new LongList();
      if (whole.size() > 0) {
        try (DuckDb db = DuckDb.open()) {
          db.openLines(lines, longest, index.columns());
          db.rows(file, filter.get(), most, row -> passed.add(whole.get((int) (row - 1))));
        }
      }
      LongList rows = merged(passed, bad, most);
      return new ReadList<>(rows.size(), i -> all.get((int) rows.get(i)));
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    } finally {
      delete(lines);
    }
  }

  /**
   * Writes the rows of a CSV file for DuckDB, and the places of those that can be read and of those
   * that cannot.
   *
   * @return the bytes of the longest row
   */
  private static long writeLines(CsvIndex index, Path lines, LongList whole, LongList bad)
      throws IOException {
    List<String> names = DuckDb.distinct(index.columns());
    List<JsonRecord> all = index.records();
    long longest = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(lines))) {
      for (int i = 0; i < all.size(); i++) {
        JsonRecord record;
        try {
          record = all.get(i);
        } catch (BadRecordException e) {
          bad.add(i); // whoever reads it refuses or counts it
          continue;
        }
        ObjectNode row = JSON.createObjectNode();
        for (int c = 0; c < names.size(); c++) {
          String text = record.node().path(index.columns().get(c)).textValue();
          row.put(names.get(c), text.isEmpty() ? null : text); // CSV has no other missing value
        }
        byte[] json = JSON.writeValueAsBytes(row);
        whole.add(i);
        longest = Math.max(longest, json.length);
        out.write(json);
        out.write('\n');
      }
    }
    return longest;
  }

  /** The numbers of two sorted lists in order, up to a number of them. */
  private static LongList merged(LongList a, LongList b, long most) {
    LongList both = new LongList();
    int i = 0;
    int j = 0;
    while (both.size() < most && (i < a.size() || j < b.size())) {
      boolean first = j == b.size() || i < a.size() && a.get(i) < b.get(j);
      both.add(first ? a.get(i++) : b.get(j++));
    }
    return both;
  }

  /** Reads an Arrow file. A filter needs its rows as JSON in a file that DuckDB reads. */
  private List<JsonRecord> arrow(long most) {
    KeptRows kept = new KeptRows(file);
    if (filter.isEmpty()) {
      ArrowFile.read(
          file,
          (number, row) -> {
            kept.add(number, JSON.writeValueAsBytes(row));
            return number < most;
          });
      return kept.records(row -> row);
    }
    Path lines = temporary();
    try {
      long[] longest = new long[1];
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(lines))) {
        ArrowFile.read(
            file,
            (number, row) -> {
              byte[] json = JSON.writeValueAsBytes(row);
              kept.add(number, json);
              longest[0] = Math.max(longest[0], json.length);
              out.write(json);
              out.write('\n');
              return true;
            });
      }
      if (kept.size() == 0) {
        return List.of();
      }
      LongList rows = new LongList();
      try (DuckDb db = DuckDb.open()) {
        db.openJson(lines, longest[0]);
        db.rows(file, filter.get(), most, rows::add);
      }
      List<JsonRecord> all = kept.records(row -> row);
      return new ReadList<>(rows.size(), i -> all.get((int) (rows.get(i) - 1)));
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    } finally {
      delete(lines);
    }
  }

  private Path temporary() {
    try {
      return Files.createTempFile("palimpsest-data", ".jsonl");
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // a leftover in the temporary folder does no harm
    }
  }
}
