package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.data.ReadList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The rows of a table as JSON, which are kept since a row cannot be found again in its table. */
final class KeptRows {
  private static final ObjectMapper JSON = new ObjectMapper(JsonRecord.FACTORY);

  private final Path file;
  private final FileBytes kept;
  private final LongList rows = new LongList();
  private final LongList ends = new LongList();

  KeptRows(Path file) {
    this.file = file;
    this.kept = FileBytes.empty(file);
  }

  /**
   * Keeps a row.
   *
   * @param number its number in the table, from 1
   */
  void add(long number, byte[] json) {
    try {
      kept.append(json);
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
    rows.add(number);
    ends.add(kept.size());
  }

  int size() {
    return rows.size();
  }

  /** The rows as records, each parsed on request and changed by {@code change}. */
  List<JsonRecord> records(UnaryOperator<ObjectNode> change) {
    return new ReadList<>(rows.size(), i -> record(i, change));
  }

  private JsonRecord record(int i, UnaryOperator<ObjectNode> change) {
    long from = i == 0 ? 0 : ends.get(i - 1);
    long row = rows.get(i);
    byte[] json = kept.read(from, Math.toIntExact(ends.get(i) - from));
    try {
      ObjectNode node = change.apply((ObjectNode) JSON.readTree(json));
      return new JsonRecord(file + ", row " + row, (int) (row - 1), node);
    } catch (IOException e) {
      throw new IllegalStateException("the rows are kept as JSON", e);
    }
  }
}
