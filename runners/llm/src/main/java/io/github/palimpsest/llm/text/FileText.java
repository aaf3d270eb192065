package io.github.palimpsest.llm.text;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A text that stays in its file. It was checked to be UTF-8 when it was found.
 *
 * @param bytes the bytes of the file
 * @param file its name, for messages
 * @param from the first byte
 * @param to the place after the last byte
 */
record FileText(FileBytes bytes, Path file, long from, long to) {
  private static final int PART = 1 << 16;

  long size() {
    return to - from;
  }

  String text() {
    return new String(bytes.read(from, Math.toIntExact(size())), StandardCharsets.UTF_8);
  }

  Reader reader() {
    return new InputStreamReader(bytes.from(from, to), StandardCharsets.UTF_8);
  }

  boolean sameAs(FileText other) {
    if (size() != other.size()) {
      return false;
    }
    for (long done = 0; done < size(); done += PART) {
      int length = (int) Math.min(PART, size() - done);
      if (!java.util.Arrays.equals(
          bytes.read(from + done, length), other.bytes.read(other.from + done, length))) {
        return false;
      }
    }
    return true;
  }

  /** Reads until the buffer is full or the text ends. */
  static int fill(Reader in, char[] into, int start) throws IOException {
    int end = start;
    while (end < into.length) {
      int count = in.read(into, end, into.length - end);
      if (count < 0) {
        break;
      }
      end += count;
    }
    return end;
  }

  @Override
  public String toString() {
    return size() + " bytes of " + file + " from byte " + from;
  }
}
