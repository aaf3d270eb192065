package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The beginnings and ends of the documents in a plain text. A document is the text between
 * separators, without white space at either end. White space alone is not a document.
 */
final class TextIndex implements Utf8Text.Chars {
  /** A document with more bytes is not loaded as one text. */
  private static final int LONG = 1 << 20;

  private final String separator;

  /**
   * For each prefix of the separator, the length of the longest shorter prefix that it ends with.
   */
  private final int[] fallback;

  private final long most;
  private final LongList starts = new LongList();
  private final LongList ends = new LongList();
  private final LongList lines = new LongList();

  /** The number of characters of the separator that were just read. */
  private int matched;

  private long separatorAt;
  private int line = 1;
  private long start = -1;
  private long end;
  private long startLine;
  private boolean anything;

  private TextIndex(String separator, long most) {
    this.separator = separator;
    this.most = most;
    this.fallback = fallbacks(separator);
  }

  private static int[] fallbacks(String text) {
    int[] all = new int[text.length() + 1];
    for (int i = 1, k = 0; i < text.length(); i++) {
      while (k > 0 && text.charAt(i) != text.charAt(k)) {
        k = all[k];
      }
      k += text.charAt(i) == text.charAt(k) ? 1 : 0;
      all[i + 1] = k;
    }
    return all;
  }

  /**
   * Finds documents.
   *
   * @param separator the text between two documents; empty for a single document
   * @param most the largest number of documents to find; the rest of the file is not read
   * @throws PalimpsestException if the file cannot be read, is not UTF-8, or has no text
   */
  static List<Document> read(Path file, String separator, long most) {
    FileBytes bytes = FileBytes.of(file);
    TextIndex index = new TextIndex(separator, most);
    try (InputStream in = bytes.stream()) {
      Utf8Text.scan(file, in, index);
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
    index.finish();
    if (index.starts.size() == 0) {
      throw new PalimpsestException(
          file + (index.anything ? " has no text except the separator" : " is empty"));
    }
    return new ReadList<>(index.starts.size(), i -> index.document(file, bytes, i));
  }

  private Document document(Path file, FileBytes bytes, int i) {
    FileText text = new FileText(bytes, file, starts.get(i), ends.get(i));
    Exchange exchange = text.size() > LONG ? new Exchange(text) : new Exchange("", text.text());
    return new Document(file + ":" + lines.get(i), i, List.of(exchange), false);
  }

  @Override
  public boolean at(char c, long place) {
    anything |= !Character.isWhitespace(c);
    if (separator.isEmpty()) {
      text(c, place);
      return true;
    }
    while (matched > 0 && c != separator.charAt(matched)) {
      int shorter = fallback[matched];
      release(matched - shorter);
      matched = shorter;
    }
    if (c != separator.charAt(matched)) {
      text(c, place);
      return true;
    }
    separatorAt = matched == 0 ? place - Utf8Text.size(c) : separatorAt;
    matched++;
    if (matched < separator.length()) {
      return true;
    }
    document();
    for (int i = 0; i < matched; i++) {
      line += separator.charAt(i) == '\n' ? 1 : 0;
    }
    matched = 0;
    return starts.size() < most;
  }

  /** Adds text that looked like the beginning of a separator. */
  private void release(int chars) {
    for (int i = 0; i < chars; i++) {
      char c = separator.charAt(i);
      separatorAt += Utf8Text.size(c);
      text(c, separatorAt);
    }
  }

  private void text(char c, long place) {
    if (!Character.isWhitespace(c)) {
      if (start < 0) {
        start = place - Utf8Text.size(c);
        startLine = line;
      }
      end = place;
    }
    line += c == '\n' ? 1 : 0;
  }

  private void document() {
    if (start >= 0) {
      starts.add(start);
      ends.add(end);
      lines.add(startLine);
      start = -1;
    }
  }

  private void finish() {
    if (starts.size() < most) {
      release(matched);
      document();
    }
  }
}
