package io.github.palimpsest.llm.layout;

import io.github.palimpsest.api.NearestName;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains that a filter names a column that the records do not have. */
public final class UnknownColumn {
  private static final Pattern SAID =
      Pattern.compile(".*Referenced column \"(.+)\" (?:was )?not found.*");

  private UnknownColumn() {}

  /**
   * DuckDB's message; if a column is unknown, a message that names the nearest column.
   *
   * @param message the message of the database
   * @param columns the columns of the records, read only if a column is unknown
   */
  public static String explained(String message, Supplier<List<String>> columns) {
    Matcher m = SAID.matcher(message);
    if (!m.matches()) {
      return message;
    }
    String name = m.group(1);
    return "there is no column '" + name + "'" + NearestName.hint(name, columns.get());
  }
}
