package io.github.palimpsest.results.query;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The results in an output folder as the {@linkplain ResultTable tables} of a database (DuckDB).
 * The database is a read-only copy that is made for each query; results are not changed.
 */
public final class ResultDatabase {
  private ResultDatabase() {}

  /** The formats of exported tables. */
  public enum Format {
    /** Comma-separated values with a header. */
    CSV,
    /** Apache Parquet. */
    PARQUET
  }

  /**
   * The result of a query.
   *
   * @param columns the names
   * @param numeric says which columns are numbers
   * @param rows each has a text, a number, a truth value or null for each column
   */
  public record Answer(
      List<String> columns, List<Boolean> numeric, List<List<@Nullable Object>> rows) {}

  /**
   * Runs a query.
   *
   * @param folder an output folder
   * @param sql in DuckDB's dialect, on the tables of {@link ResultTable}
   * @throws PalimpsestException if it is not an output folder, or the query is wrong or would
   *     change something
   */
  public static Answer query(Path folder, String sql) {
    if (Statements.in(sql) > 1) {
      throw new PalimpsestException("query: one statement at a time: " + sql);
    }
    Path place = temporary();
    try {
      Path file = place.resolve("results");
      fill(folder, file, named(sql));
      Properties settings = new Properties();
      settings.setProperty("access_mode", "READ_ONLY");
      settings.setProperty("enable_external_access", "false");
      settings.setProperty("lock_configuration", "true");
      try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + file, settings);
          Statement statement = c.createStatement()) {
        if (!statement.execute(sql)) {
          throw new PalimpsestException("the statement gives no rows: " + sql);
        }
        try (ResultSet result = statement.getResultSet()) {
          return answer(result);
        }
      } catch (SQLException e) {
        throw new PalimpsestException("query: " + reason(e), e);
      }
    } finally {
      Folders.deleteQuietly(place);
    }
  }

  /**
   * Writes every table into a separate file.
   *
   * @param folder an output folder
   * @param out a folder, created if it is missing
   * @return the files
   * @throws PalimpsestException if {@code folder} is not an output folder
   * @throws OutputException if a file exists already or cannot be written
   */
  public static List<Path> export(Path folder, Path out, Format format) {
    String ending = format.name().toLowerCase(Locale.ROOT);
    List<Path> files = new ArrayList<>();
    for (ResultTable table : ResultTable.values()) {
      Path file = out.resolve(table + "." + ending);
      if (Files.exists(file)) {
        throw new OutputException("'" + file + "' already exists: choose another folder");
      }
      files.add(file);
    }
    Path place = temporary();
    try {
      Path database = place.resolve("results");
      fill(folder, database, EnumSet.allOf(ResultTable.class));
      Files.createDirectories(out);
      try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + database);
          Statement statement = c.createStatement()) {
        for (ResultTable table : ResultTable.values()) {
          // the database could read the user's path as a pattern, a remote place or the home folder
          statement.execute(
              "COPY "
                  + table
                  + " TO '"
                  + place.resolve(table.toString()).toString().replace("'", "''")
                  + (format == Format.CSV ? "' (FORMAT csv, HEADER)" : "' (FORMAT parquet)"));
        }
      }
      for (int i = 0; i < files.size(); i++) {
        Files.move(place.resolve(ResultTable.values()[i].toString()), files.get(i));
      }
      return files;
    } catch (SQLException e) {
      throw new OutputException("the export to '" + out + "' failed: " + reason(e));
    } catch (IOException e) {
      throw new OutputException(out, e);
    } finally {
      Folders.deleteQuietly(place);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("palimpsest-query");
    } catch (IOException e) {
      throw new PalimpsestException("no temporary folder can be created: " + e.getMessage(), e);
    }
  }

  /** The tables that a query may use: those whose names it contains. */
  private static Set<ResultTable> named(String sql) {
    String small = sql.toLowerCase(Locale.ROOT);
    return EnumSet.allOf(ResultTable.class).stream()
        .filter(t -> small.contains(t.toString()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(ResultTable.class)));
  }

  private static void fill(Path folder, Path file, Set<ResultTable> wanted) {
    ResultRows rows = new ResultRows(folder);
    try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = c.createStatement()) {
      for (ResultTable table : ResultTable.values()) {
        statement.execute(table.ddl());
        if (wanted.contains(table)) {
          try (DuckDBAppender appender =
              c.unwrap(DuckDBConnection.class).createAppender(table.toString())) {
            rows.write(table, values -> append(appender, values));
          }
        }
      }
    } catch (SQLException e) {
      throw new PalimpsestException("the results cannot be loaded: " + reason(e), e);
    }
  }

  private static void append(DuckDBAppender appender, @Nullable Object[] values) {
    try {
      appender.beginRow();
      for (Object v : values) {
        if (v == null) {
          appender.appendNull();
        } else if (v instanceof Long n) {
          appender.append(n.longValue());
        } else if (v instanceof Double x) {
          appender.append(x.doubleValue());
        } else if (v instanceof Boolean b) {
          appender.append(b.booleanValue());
        } else {
          appender.append(v.toString());
        }
      }
      appender.endRow();
    } catch (SQLException e) {
      throw new PalimpsestException("the results cannot be loaded: " + reason(e), e);
    }
  }

  private static Answer answer(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    List<String> columns = new ArrayList<>();
    List<Boolean> numeric = new ArrayList<>();
    for (int i = 1; i <= about.getColumnCount(); i++) {
      columns.add(about.getColumnLabel(i));
      numeric.add(
          switch (about.getColumnType(i)) {
            case java.sql.Types.TINYINT,
                java.sql.Types.SMALLINT,
                java.sql.Types.INTEGER,
                java.sql.Types.BIGINT,
                java.sql.Types.FLOAT,
                java.sql.Types.REAL,
                java.sql.Types.DOUBLE,
                java.sql.Types.NUMERIC,
                java.sql.Types.DECIMAL ->
                true;
            default -> false;
          });
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    while (result.next()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        Object value = result.getObject(i);
        row.add(
            value == null || value instanceof Number || value instanceof Boolean
                ? value
                : result.getString(i));
      }
      rows.add(row);
    }
    return new Answer(columns, numeric, rows);
  }

  /** DuckDB's message, without the drawing of the query and the driver's prefix. */
  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage())
        .replaceFirst("^.*pending query result\\s*Error: ", "")
        .lines()
        .takeWhile(l -> !l.startsWith("LINE "))
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
