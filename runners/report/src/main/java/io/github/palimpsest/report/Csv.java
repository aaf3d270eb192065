package io.github.palimpsest.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Comma-separated values as in RFC 4180, numbers with all digits. */
final class Csv {
  private Csv() {}

  /** A number; empty where it is not defined. */
  static String digits(double value) {
    return Double.isFinite(value) ? Double.toString(value).toLowerCase(Locale.ROOT) : "";
  }

  static String of(List<List<String>> table) {
    return table.stream().map(Csv::line).collect(Collectors.joining());
  }

  static String line(List<String> row) {
    return row.stream().map(Csv::field).collect(Collectors.joining(",")) + "\n";
  }

  /** A field; a spreadsheet must not read text as a formula. */
  private static String field(String text) {
    String safe = text.matches("[=+@].*") || text.matches("-[^0-9.].*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\\n\\r].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }
}
