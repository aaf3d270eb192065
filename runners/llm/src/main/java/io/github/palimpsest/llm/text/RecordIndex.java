package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JacksonException;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.layout.BadRecordException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The beginnings and ends of the records in a JSON file: one record a line, or the elements of an
 * array. Records are parsed on request.
 */
final class RecordIndex {
  private static final int MARK = 0xEF;

  private final Path file;
  private final FileBytes bytes;
  private final long most;
  private final LongList starts = new LongList();
  private final LongList ends = new LongList();
  private final LongList lines = new LongList();

  /** The beginning of the line of each record, for column numbers. */
  private final LongList lineStarts = new LongList();

  private long place;
  private long line = 1;
  private long lineStart;

  private RecordIndex(Path file, long most) {
    this.file = file;
    this.bytes = FileBytes.of(file);
    this.most = most;
  }

  /**
   * Finds records.
   *
   * @param most the largest number of records to find; the rest of the file is not read
   * @return the records; each is parsed on request, and refused at that time if it is not a JSON
   *     object
   * @throws PalimpsestException if the file cannot be read or has no records, or if an array does
   *     not end
   */
  static List<JsonRecord> read(Path file, long most) {
    return scan(file, most).records();
  }

  /**
   * Records of a file.
   *
   * @param longest the bytes of the longest record
   */
  record Records(List<JsonRecord> records, long longest) {}

  /** As {@link #read}, with the length of the longest record. */
  static Records scan(Path file, long most) {
    RecordIndex index = new RecordIndex(file, most);
    try (InputStream in = index.bytes.stream()) {
      int first = index.skip(in, index.next(in));
      if (first == MARK) {
        index.next(in);
        index.next(in);
        index.lineStart = index.place;
        first = index.skip(in, index.next(in));
      }
      if (first < 0) {
        throw new PalimpsestException(file + " is empty");
      }
      if (first == '[') {
        index.array(in);
      } else {
        index.lines(in, first);
      }
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
    return new Records(new ReadList<>(index.starts.size(), index::record), index.longest());
  }

  private long longest() {
    long longest = 0;
    for (int i = 0; i < starts.size(); i++) {
      longest = Math.max(longest, ends.get(i) - starts.get(i));
    }
    return longest;
  }

  private JsonRecord record(int i) {
    long from = starts.get(i);
    long length = ends.get(i) - from;
    int at = (int) lines.get(i);
    String origin = file + ":" + at;
    if (length > Integer.MAX_VALUE / 4) {
      throw new BadRecordException(origin + ": a record of " + length + " bytes is too long");
    }
    String text = text(bytes.read(from, (int) length), at, from);
    try {
      return JsonRecord.of(origin, i, text);
    } catch (JacksonException e) {
      throw JsonRecord.broken(file, at, (int) (from - lineStarts.get(i)), e);
    }
  }

  private String text(byte[] record, int at, long from) {
    try {
      return Utf8Text.decode(file, record, at, from);
    } catch (PalimpsestException e) {
      throw new BadRecordException(e);
    }
  }

  private int next(InputStream in) throws IOException {
    int b = in.read();
    place += b < 0 ? 0 : 1;
    if (b == '\n') {
      line++;
      lineStart = place;
    }
    return b;
  }

  private static boolean isSpace(int b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** The first byte, from this one onwards, that is not white space. */
  private int skip(InputStream in, int b) throws IOException {
    int now = b;
    while (isSpace(now)) {
      now = next(in);
    }
    return now;
  }

  private void begin() {
    starts.add(place - 1);
    lines.add(line);
    lineStarts.add(lineStart);
  }

  private void lines(InputStream in, int first) throws IOException {
    int b = first;
    while (b >= 0 && starts.size() < most) {
      begin();
      while (b >= 0 && b != '\n') {
        b = next(in);
      }
      ends.add(b < 0 ? place : place - 1);
      b = skip(in, b);
    }
  }

  private void array(InputStream in) throws IOException {
    int b = skip(in, next(in));
    if (b == ']') {
      throw new PalimpsestException(file + " has no records");
    }
    while (starts.size() < most) {
      begin();
      b = element(in, b);
      ends.add(place - 1);
      if (b == ']') {
        end(in);
        return;
      }
      b = skip(in, next(in));
    }
  }

  /** Reads up to the comma or bracket after an element. Parsing checks the element later. */
  private int element(InputStream in, int first) throws IOException {
    int depth = 0;
    boolean text = false;
    for (int b = first; b >= 0; b = next(in)) {
      if (text) {
        if (b == '\\') {
          next(in);
        } else if (b == '"') {
          text = false;
        }
      } else if (b == '"') {
        text = true;
      } else if (depth == 0 && (b == ',' || b == ']')) {
        return b;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
    }
    throw new PalimpsestException(file + ":" + line + ": not JSON: the array does not end");
  }

  private void end(InputStream in) throws IOException {
    if (skip(in, next(in)) >= 0) {
      throw new PalimpsestException(
          file + ":" + line + ": there is more after the end of the array");
    }
  }
}
