package io.github.palimpsest.results.text;

import java.util.function.IntPredicate;
import org.jline.utils.WCWidth;

/**
 * Text as a terminal or a report may show it: characters that move the cursor, change colors or
 * reorder what stands around them are written as <code>&#92;u001b</code>, with four hexadecimal
 * digits. In JSON this is the same text.
 */
public final class Printable {
  private static final String BIDI_MARKS = "\u200e\u200f\u061c";
  private static final String BIDI_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e";
  private static final String BIDI_ISOLATES = "\u2066\u2067\u2068\u2069";

  private Printable() {}

  /** The text with such characters escaped; line feeds and tabs stay. */
  public static String of(String text) {
    return escaped(text, c -> isPrintable((char) c));
  }

  /** The text with such characters escaped, and whatever would end its line or leave its column. */
  public static String line(String text) {
    return escaped(
        text,
        c -> isPrintable((char) c) && c != '\n' && c != '\t' && c != '\u2028' && c != '\u2029');
  }

  private static String escaped(String text, IntPredicate plain) {
    if (text.chars().allMatch(plain)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (plain.test(c)) {
        shown.append(c);
      } else {
        escape(c, shown);
      }
    }
    return shown.toString();
  }

  /** Appends a character, escaped if needed. */
  public static void append(char c, StringBuilder to) {
    if (isPrintable(c)) {
      to.append(c);
    } else {
      escape(c, to);
    }
  }

  private static void escape(char c, StringBuilder to) {
    to.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      to.append(Character.forDigit(c >> shift & 0xf, 16));
    }
  }

  /**
   * How many columns a terminal gives a line of text: two for a wide character such as one of
   * Chinese, none for an accent that stands on the letter before it.
   */
  public static int columns(String line) {
    return line.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** As much of the beginning of a line as fits into some columns. */
  public static String cut(String line, int columns) {
    int used = 0;
    for (int i = 0; i < line.length(); ) {
      int c = line.codePointAt(i);
      used += Math.max(0, WCWidth.wcwidth(c));
      if (used > columns) {
        return line.substring(0, i);
      }
      i += Character.charCount(c);
    }
    return line;
  }

  /** Whether a character is shown as it is. */
  public static boolean isPrintable(char c) {
    return c == '\n'
        || c == '\t'
        || !(Character.isISOControl(c)
            || BIDI_MARKS.indexOf(c) >= 0
            || BIDI_EMBEDDINGS.indexOf(c) >= 0
            || BIDI_ISOLATES.indexOf(c) >= 0);
  }
}
