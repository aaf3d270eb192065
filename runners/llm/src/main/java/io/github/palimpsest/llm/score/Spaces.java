package io.github.palimpsest.llm.score;

/** White space as Python has it, which includes the no-break spaces. */
public final class Spaces {
  private Spaces() {}

  /** Whether Python counts a character as white space. */
  public static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  /** Python's {@code str.strip}. */
  public static String strip(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return stripTrailing(text.substring(from));
  }

  /** Python's {@code str.rstrip}. */
  public static String stripTrailing(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  /** The length of {@code re.split(r"\s+", text)}. */
  public static int words(String text) {
    int words = 1;
    for (int i = 0; i < text.length(); i++) {
      if (isSpace(text.charAt(i)) && (i == 0 || !isSpace(text.charAt(i - 1)))) {
        words++;
      }
    }
    return words;
  }
}
