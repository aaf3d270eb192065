package io.github.palimpsest.results.text;

import java.util.regex.Pattern;

/** Words that a POSIX shell takes literally. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWord() {}

  /** A word as it is if no character of it means anything to a shell, otherwise in quotes. */
  public static String of(String word) {
    return PLAIN.matcher(word).matches() ? word : quoted(word);
  }

  /** A word in quotes, whatever it contains. */
  public static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
