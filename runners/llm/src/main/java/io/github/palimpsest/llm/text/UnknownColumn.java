package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.NearestName;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A filter that names a column which the records do not have. */
final class UnknownColumn {
  private static final Pattern SAID =
      Pattern.compile(".*Referenced column \"(.+)\" (?:was )?not found.*");

  private UnknownColumn() {}

  /**
   * What DuckDB says, in words that name the nearest column where one is unknown.
   *
   * @param message of the database
   * @param columns what the records have, asked for only then
   */
  static String explained(String message, Supplier<List<String>> columns) {
    Matcher m = SAID.matcher(message);
    if (!m.matches()) {
      return message;
    }
    String name = m.group(1);
    return "there is no column '" + name + "'" + NearestName.hint(name, columns.get());
  }
}
