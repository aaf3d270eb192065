package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database in memory that has the records of one file at most, and sees no other file then. */
final class DuckDb implements AutoCloseable {
  private static final String TABLE = "records";

  /** Names that no key has. */
  private static final String ROW = "\"#row\"";

  private static final String JSON = "\"#json\"";

  private final Connection connection;

  private DuckDb(Connection connection) {
    this.connection = connection;
  }

  static DuckDb open() {
    try {
      return new DuckDb(DriverManager.getConnection("jdbc:duckdb:"));
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB cannot be opened: " + reason(e), e);
    }
  }

  /** The query whose answer is the numbers of the rows that a condition holds for. */
  static String where(String condition) {
    return "SELECT " + ROW + " FROM " + TABLE + " WHERE (" + condition + "\n)";
  }

  /** A record as JSON and its row, from 1. */
  record Row(long number, String json) {}

  /** Loads a table whose rows are records, and lets nothing else in. */
  List<Row> loadTable(Path file, boolean parquet) {
    load(
        file,
        "SELECT row_number() OVER () AS "
            + ROW
            + ", to_json(t)::VARCHAR AS "
            + JSON
            + ", t.* FROM "
            // a text that looks like a number keeps its digits
            + (parquet ? "read_parquet(%s)" : "read_csv(%s, header = true, all_varchar = true)")
            + " t");
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT " + ROW + ", " + JSON + " FROM " + TABLE + " ORDER BY " + ROW)) {
      while (result.next()) {
        rows.add(new Row(result.getLong(1), result.getString(2)));
      }
      return rows;
    } catch (SQLException e) {
      throw new PalimpsestException(file + ": " + reason(e), e);
    }
  }

  /** Loads JSON records to be filtered, and lets nothing else in. */
  void loadJson(Path file) {
    load(
        file,
        "SELECT row_number() OVER () AS " + ROW + ", t.* FROM read_json(%s, sample_size = -1) t");
  }

  private void load(Path file, String select) {
    String name = "'" + file.toString().replace("'", "''") + "'";
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + TABLE + " AS " + String.format(select, name));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    } catch (SQLException e) {
      throw new PalimpsestException(file + ": " + reason(e), e);
    }
  }

  /** How many rows were loaded. */
  long rows() {
    return Long.parseLong(texts("SELECT count(*) FROM " + TABLE).get(0));
  }

  /** The rows, from 1, that a filter lets through. */
  List<Long> rows(Path file, RowFilter filter) {
    List<Long> rows = new ArrayList<>();
    String query = where(filter.condition()) + " ORDER BY " + ROW;
    // prepared, since only then does DuckDB say what is wrong with it
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(result.getLong(1));
      }
      return rows;
    } catch (SQLException e) {
      String why = UnknownColumn.explained(reason(e), this::columns);
      throw new PalimpsestException(
          file + ": " + RowFilter.problem(filter.condition(), why).getMessage(), e);
    }
  }

  /** The keys of the records. */
  private List<String> columns() {
    return texts("SELECT column_name FROM (DESCRIBE " + TABLE + ")").stream()
        .filter(name -> !name.startsWith("#"))
        .toList();
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

  /** The first line of what DuckDB says: the rest draws the query. */
  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new PalimpsestException("DuckDB cannot be closed: " + reason(e), e);
    }
  }
}
