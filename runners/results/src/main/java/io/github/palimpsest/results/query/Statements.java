package io.github.palimpsest.results.query;

import java.util.regex.Pattern;

/** The SQL statements of a text. */
final class Statements {
  /** Strings, quoted names and comments, in which a semicolon ends nothing. */
  private static final Pattern QUOTED =
      Pattern.compile("'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

  private Statements() {}

  /** The number of statements. */
  static long in(String sql) {
    String bare = QUOTED.matcher(sql).replaceAll(m -> m.group().startsWith("'") ? "q" : " ");
    return Pattern.compile(";").splitAsStream(bare).filter(s -> !s.isBlank()).count();
  }
}
