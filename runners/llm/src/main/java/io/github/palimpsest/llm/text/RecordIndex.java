package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JacksonException;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the records of a JSON file begin and end: one a line, or the elements of an array. Records
 * are parsed when they are asked for.
 */
final class RecordIndex {
  private static final int MARK = 0xEF;

  private final Path file;
  private final FileBytes bytes;
  private final long most;
  private final LongList starts = new LongList();
  private final LongList ends = new LongList();
  private final LongList lines = new LongList();

  /** Where the line of each record begins, for columns. */
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
   * @param most how many to look for; the file is read no further
   * @return each is parsed when it is asked for, and refused then if it is no JSON object
   * @throws PalimpsestException if the file cannot be read, has nothing, or an array does not end
   */
  static List<JsonRecord> read(Path file, long most) {
    return scan(file, most).records();
  }

  /**
   * Records of a file.
   *
   * @param longest the bytes of the longest
   */
  record Records(List<JsonRecord> records, long longest) {}

  /** As {@link #read}, with how long the longest record is. */
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
      throw new PalimpsestException(origin + ": a record of " + length + " bytes is too long");
    }
    String text = Utf8Text.decode(file, bytes.read(from, (int) length), at, from);
    try {
      return JsonRecord.of(origin, i, text);
    } catch (JacksonException e) {
      throw JsonRecord.broken(file, at, (int) (from - lineStarts.get(i)), e);
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

  /** The first of this byte and those behind it that is no white space. */
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

  /** Reads up to the comma or bracket behind an element; what it is is seen when it is parsed. */
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
