package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A filter for the records of a data file: an SQL condition on their keys in DuckDB's dialect, for
 * example {@code lang = 'en' AND length(output) < 400}. Keys of JSON and Parquet have their own
 * types; CSV columns are text. The filter sees only one file, and the same file always gives the
 * same records.
 *
 * @param condition the condition after {@code WHERE}
 */
public record RowFilter(String condition) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Words that DuckDB reads as the current date or time if no column has that name. */
  private static final Set<String> CLOCKS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  /**
   * Checks the condition as far as possible without the data.
   *
   * @throws PalimpsestException if it is not one condition, or depends on chance, on the clock or
   *     on the database; the message says where
   */
  public RowFilter {
    try (DuckDb db = DuckDb.open()) {
      JsonNode parsed = parsed(db, condition);
      if (parsed.path("error").asBoolean()) {
        int at = parsed.path("position").asInt(-1) - DuckDb.where("").length() + 3;
        throw problem(
            condition,
            parsed.path("error_message").asText() + (at > 0 ? " (character " + at + ")" : ""));
      }
      JsonNode query = parsed.path("statements").path(0).path("node");
      boolean plain =
          parsed.path("statements").size() == 1
              && query.path("type").asText().equals("SELECT_NODE")
              && query.path("sample").isNull()
              && query.path("modifiers").isEmpty()
              && query.path("group_expressions").isEmpty();
      if (!plain) {
        throw problem(condition, "it must be one condition and nothing else");
      }
      refuseChance(db, condition, query);
    }
  }

  private static JsonNode parsed(DuckDb db, String condition) {
    String text = db.text("SELECT json_serialize_sql(?::VARCHAR)", DuckDb.where(condition));
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) { // its JSON is as deep as the condition
      throw problem(condition, "it cannot be read: " + e.getOriginalMessage());
    }
  }

  private static void refuseChance(DuckDb db, String condition, JsonNode query) {
    Set<String> called = new TreeSet<>();
    query.findValues("function_name").forEach(n -> called.add(n.asText().toLowerCase(Locale.ROOT)));
    for (JsonNode names : query.findValues("column_names")) {
      String name = names.path(0).asText().toLowerCase(Locale.ROOT);
      if (names.size() == 1 && CLOCKS.contains(name)) {
        called.add(name);
      }
    }
    Set<String> changing = new TreeSet<>(CLOCKS);
    changing.addAll(
        db.texts("SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"));
    for (String name : called) {
      if (changing.contains(name)) {
        throw problem(
            condition, "'" + name + "' may give other records at another time; use columns alone");
      }
    }
    if (!query.findValues("table_name").equals(query.path("from_table").findValues("table_name"))
        || query.findValuesAsText("type").contains("TABLE_FUNCTION")) {
      throw problem(condition, "it may look at the records of its own file alone");
    }
  }

  /** An error that names the filter. */
  static PalimpsestException problem(String condition, String why) {
    return new PalimpsestException("filter \"" + condition + "\": " + why);
  }

  /** No record meets the filter. */
  static final class NothingPassesException extends PalimpsestException {
    private static final long serialVersionUID = 1L;

    NothingPassesException(RowFilter filter, String in) {
      super(problem(filter.condition(), "no record of " + in + " passes it").getMessage());
    }
  }

  @Override
  public String toString() {
    return condition;
  }
}
