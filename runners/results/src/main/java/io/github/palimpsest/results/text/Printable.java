package io.github.palimpsest.results.text;

/**
 * Text that is safe for a terminal or a report: characters that move the cursor, change colors or
 * reorder the text around them are written as <code>&#92;u001b</code>, with four hexadecimal
 * digits. JSON keeps its meaning.
 */
public final class Printable {
  private static final String BIDI_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e";
  private static final String BIDI_ISOLATES = "\u2066\u2067\u2068\u2069";

  private Printable() {}

  /** The text with such characters escaped; line feeds and tabs stay. */
  public static String of(String text) {
    if (text.chars().allMatch(c -> isPrintable((char) c))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i), shown);
    }
    return shown.toString();
  }

  /** Appends a character, escaped if needed. */
  public static void append(char c, StringBuilder to) {
    if (isPrintable(c)) {
      to.append(c);
    } else {
      to.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        to.append(Character.forDigit(c >> shift & 0xf, 16));
      }
    }
  }

  /** Whether a character is shown unchanged. */
  public static boolean isPrintable(char c) {
    return c == '\n'
        || c == '\t'
        || !(Character.isISOControl(c)
            || BIDI_EMBEDDINGS.indexOf(c) >= 0
            || BIDI_ISOLATES.indexOf(c) >= 0);
  }
}
