package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.csv.CsvDialect;
import io.github.palimpsest.llm.csv.CsvScan;
import io.github.palimpsest.llm.layout.BadRecordException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The beginnings and ends of the rows of a CSV file. The first row has the names of the columns. A
 * row is split on request, and refused at that time if it has another number of fields. Empty lines
 * are left out, unless the file has one column.
 */
final class CsvIndex {
  /** The bytes that decide on the delimiter. */
  private static final int SAMPLE = 1 << 16;

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** The most columns that a message names. */
  private static final int NAMED = 10;

  private final Path file;
  private final FileBytes bytes;
  private final CsvDialect dialect;
  private final LongList starts = new LongList();
  private final LongList ends = new LongList();
  private final LongList lines = new LongList();
  private List<String> columns = List.of();

  private CsvIndex(Path file, FileBytes bytes, CsvDialect dialect) {
    this.file = file;
    this.bytes = bytes;
    this.dialect = dialect;
  }

  /**
   * Finds rows.
   *
   * @param most the largest number of rows to find; the rest of the file is not read
   * @throws PalimpsestException if the file cannot be read or is empty, two columns have one name,
   *     or a quote is not closed; names file and line
   */
  static CsvIndex scan(Path file, long most) {
    try {
      byte[] beginning;
      try (InputStream in = FileBytes.beginning(file)) {
        beginning = in.readNBytes(SAMPLE);
      }
      int mark = startsWithMark(beginning) ? MARK.length : 0;
      CsvDialect dialect = CsvDialect.of(Arrays.copyOfRange(beginning, mark, beginning.length));
      CsvIndex index = new CsvIndex(file, FileBytes.of(file), dialect);
      try (InputStream in = index.bytes.stream()) {
        in.skipNBytes(mark);
        index.rows(in, mark, most);
      }
      if (index.columns.isEmpty()) {
        throw new PalimpsestException(file + " is empty");
      }
      return index;
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
  }

  private static boolean startsWithMark(byte[] beginning) {
    return beginning.length >= MARK.length
        && Arrays.equals(MARK, 0, MARK.length, beginning, 0, MARK.length);
  }

  private void rows(InputStream in, long first, long most) throws IOException {
    CsvScan scan = new CsvScan(dialect);
    byte[] part = new byte[SAMPLE];
    long place = first;
    long start = first;
    int line = 1;
    for (int count = in.read(part); count >= 0; count = in.read(part)) {
      for (int i = 0; i < count; i++) {
        if (ends(scan, part[i])) {
          row(start, place + i, line, scan.blank());
          if (starts.size() >= most) {
            return;
          }
          start = place + i + 1;
          line = scan.line();
        }
      }
      place += count;
    }
    try {
      scan.end();
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ":" + e.getMessage(), e);
    }
    if (place > start) {
      row(start, place, line, false);
    }
  }

  private boolean ends(CsvScan scan, byte b) {
    try {
      return scan.ends(b);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ":" + e.getMessage(), e);
    }
  }

  private void row(long from, long to, int line, boolean blank) {
    if (columns.isEmpty()) {
      if (!blank) {
        columns = names(line, fields(from, to, line));
      }
    } else if (!blank || columns.size() == 1) {
      starts.add(from);
      ends.add(to);
      lines.add(line);
    }
  }

  private List<String> names(int line, List<String> header) {
    List<String> names = new ArrayList<>();
    for (String written : header) {
      String name = written.isBlank() ? "column" + names.size() : written.strip();
      int other = names.indexOf(name);
      if (other >= 0) {
        throw new PalimpsestException(
            "%s:%d: columns %d and %d have the same name '%s'"
                .formatted(file, line, other + 1, names.size() + 1, name));
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  /** The names of the columns. */
  List<String> columns() {
    return columns;
  }

  /** The rows as records, each split on request. */
  List<JsonRecord> records() {
    return new ReadList<>(starts.size(), this::record);
  }

  private JsonRecord record(int i) {
    int line = (int) lines.get(i);
    List<String> fields = fields(starts.get(i), ends.get(i), line);
    if (fields.size() != columns.size()) {
      throw new BadRecordException(
          "%s:%d: found %s, expected %d (%s); the delimiter is %s"
              .formatted(
                  file,
                  line,
                  fields.size() == 1 ? "1 field" : fields.size() + " fields",
                  columns.size(),
                  String.join(", ", columns.subList(0, Math.min(NAMED, columns.size())))
                      + (columns.size() > NAMED ? ", ..." : ""),
                  dialect.delimiter() == '\t' ? "a tab" : "'" + dialect.delimiter() + "'"));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int c = 0; c < fields.size(); c++) {
      row.put(columns.get(c), fields.get(c));
    }
    return new JsonRecord(file + ":" + line, i, row);
  }

  private List<String> fields(long from, long to, int line) {
    String origin = file + ":" + line + ": ";
    if (to - from > Integer.MAX_VALUE / 4) {
      throw new BadRecordException(origin + "a row of " + (to - from) + " bytes is too long");
    }
    String text;
    try {
      text = Utf8Text.decode(file, bytes.read(from, (int) (to - from)), line, from);
    } catch (PalimpsestException e) {
      throw new BadRecordException(e);
    }
    try {
      return dialect.fields(text);
    } catch (PalimpsestException e) {
      throw new BadRecordException(origin + e.getMessage(), e);
    }
  }
}
