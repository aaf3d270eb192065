package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.layout.UnknownColumn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database with the records of at most one file. After it opens that file, it has no access to
 * any other. Each query reads the file from its beginning; the file is never held in memory.
 */
final class DuckDb implements AutoCloseable {
  private static final String TABLE = "records";

  /** The column of the row number; no key has this name. */
  static final String ROW_KEY = "#row";

  private static final String ROW = "\"" + ROW_KEY + "\"";

  /** The engine's limits; a row group of a Parquet file must fit in the memory. */
  private static final String[] BOUNDS = {"SET threads = 1", "SET memory_limit = '1GB'"};

  /** The bytes of the longest record that the engine reads by default. */
  private static final long USUAL_OBJECT = 16L << 20;

  private final Connection connection;
  private @Nullable EngineFile file;

  private DuckDb(Connection connection) {
    this.connection = connection;
  }

  static DuckDb open() {
    try {
      Properties settings = new Properties();
      settings.setProperty("jdbc_stream_results", "true");
      return new DuckDb(DriverManager.getConnection("jdbc:duckdb:", settings));
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB cannot be opened: " + reason(e), e);
    }
  }

  /** The query for the numbers of the rows that meet a condition. */
  static String where(String condition) {
    return "SELECT " + ROW + " FROM " + TABLE + " WHERE (" + condition + "\n)";
  }

  /** Receives rows as JSON, with their numbers from 1. */
  @FunctionalInterface
  interface Rows {
    void row(long number, String json);
  }

  /** Opens the rows of a Parquet file as the records, and allows access to no other file. */
  void openParquet(Path table) {
    records(table, "read_parquet(%s, hive_partitioning = false)");
  }

  /**
   * Opens JSON objects whose values are all texts as the records, one a line, and allows access to
   * no other file. A text that looks like a number or a date stays a text.
   *
   * @param longest the bytes of the longest record
   * @param columns the columns; the keys of the objects are these names in {@link #distinct}
   */
  void openLines(Path json, long longest, List<String> columns) {
    String types =
        distinct(columns).stream()
            .map(name -> EngineFile.literal(name).replace("%", "%%") + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "{", "}"));
    records(json, "read_json(%s, format = 'nd', columns = " + types + limits(longest));
  }

  /** Names that differ in more than their case: the engine ignores it. */
  static List<String> distinct(List<String> names) {
    Set<String> taken = new HashSet<>();
    List<String> distinct = new ArrayList<>();
    for (String name : names) {
      String free = name;
      for (int n = 1; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = name + "_" + n;
      }
      distinct.add(free);
    }
    return distinct;
  }

  /**
   * Opens JSON objects as the records, for filtering, and allows access to no other file.
   *
   * @param longest the bytes of the longest record; the engine's buffers are at least as large
   */
  void openJson(Path json, long longest) {
    records(json, "read_json(%s, sample_size = -1" + limits(longest));
  }

  private static String limits(long longest) {
    return ", hive_partitioning = false, maximum_object_size = "
        + Math.max(USUAL_OBJECT, longest + 1)
        + ")";
  }

  private void records(Path from, String reader) {
    EngineFile safe = EngineFile.of(from);
    file = safe;
    try (Statement statement = connection.createStatement()) {
      for (String bound : BOUNDS) {
        statement.execute(bound);
      }
      statement.execute("SET allowed_paths = [" + safe.literal() + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute(
          "CREATE VIEW "
              + TABLE
              + " AS SELECT row_number() OVER () AS "
              + ROW
              + ", t.* FROM "
              + String.format(reader, safe.literal())
              + " t");
      statement.execute("SET lock_configuration = true");
    } catch (SQLException e) {
      throw failed(from, e);
    }
  }

  /**
   * Passes the rows of a table to {@code rows} in order.
   *
   * @param filter the filter for rows; empty for all rows
   * @param most the largest number of rows
   */
  void table(Path from, Optional<RowFilter> filter, long most, Rows rows) {
    String query =
        "SELECT "
            + ROW
            + ", to_json("
            + TABLE
            + ")::VARCHAR FROM "
            + TABLE
            + filter.map(f -> " WHERE (" + f.condition() + "\n)").orElse("")
            + limit(most);
    // DuckDB explains a wrong filter only for a prepared statement
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.row(result.getLong(1), result.getString(2));
      }
    } catch (SQLException e) {
      throw filter.map(f -> failed(from, f, e)).orElseGet(() -> failed(from, e));
    }
  }

  /** The number of rows. */
  long rows(Path from) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + TABLE)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw failed(from, e);
    }
  }

  /** Passes the numbers, from 1, of the rows that meet a filter to {@code rows}, in order. */
  void rows(Path from, RowFilter filter, long most, LongConsumer rows) {
    String query = where(filter.condition()) + limit(most);
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.accept(result.getLong(1));
      }
    } catch (SQLException e) {
      throw failed(from, filter, e);
    }
  }

  private static String limit(long most) {
    return most == Long.MAX_VALUE ? "" : " LIMIT " + most;
  }

  String text(String query, String argument) {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, argument);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB: " + reason(e), e);
    }
  }

  List<String> texts(String query) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (result.next()) {
        texts.add(result.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB: " + reason(e), e);
    }
  }

  private PalimpsestException failed(Path from, SQLException e) {
    return new PalimpsestException(from + ": " + renamed(reason(e), from), e);
  }

  private PalimpsestException failed(Path from, RowFilter filter, SQLException e) {
    String why = UnknownColumn.explained(renamed(reason(e), from), this::columns);
    return new PalimpsestException(
        from + ": " + RowFilter.problem(filter.condition(), why).getMessage(), e);
  }

  /** The keys of the records. */
  private List<String> columns() {
    return texts("SELECT column_name FROM (DESCRIBE " + TABLE + ")").stream()
        .filter(name -> !name.equals(ROW_KEY))
        .toList();
  }

  private String renamed(String message, Path from) {
    return file == null ? message : file.renamed(message, from);
  }

  /** The first line of DuckDB's message; the rest shows the query. */
  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB cannot be closed: " + reason(e), e);
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }
}
