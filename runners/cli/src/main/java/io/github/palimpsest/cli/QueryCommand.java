package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.archive.ResultArchive;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.query.ResultDatabase;
import io.github.palimpsest.results.query.ResultTable;
import io.github.palimpsest.results.text.TextTable;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code query}: SQL on the results of an output folder. */
@Command(
    name = "query",
    description = {
      "Runs an SQL query on the results in an output folder; changes nothing.",
      "'query --tables' lists the tables and their columns. The dialect is DuckDB's."
    },
    mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "the output folder of a run, or an archive of it (see export)")
  @Nullable Path folder;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SQL",
      description =
          "for example: \"SELECT label, avg(value) FROM cells JOIN metrics ON id = cell"
              + " WHERE metric = 'forgetting' GROUP BY label\"")
  @Nullable String sql;

  @ArgGroup Output output = new Output();

  @Option(names = "--tables", description = "list the tables and their columns")
  boolean tables;

  @Spec CommandSpec spec = CommandSpec.create();

  /** The output format. */
  static final class Output {
    @Option(names = "--table", description = "aligned columns; the default")
    boolean table;

    @Option(names = "--json", description = "an array of objects")
    boolean json;

    @Option(names = "--csv", description = "comma-separated values with a header")
    boolean csv;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (tables) {
      out.print(output.json ? Json.text(describedJson()) + "\n" : described());
      return ExitCode.OK;
    }
    if (folder == null || sql == null) {
      throw new PalimpsestException("query needs an output folder and an SQL query, or --tables");
    }
    ResultDatabase.Answer answer;
    try (ResultArchive results = ResultArchive.open(folder)) {
      answer = ResultDatabase.query(results.folder(), sql);
    }
    if (output.json) {
      out.println(Json.text(json(answer)));
    } else if (output.csv) {
      csv(answer, out);
    } else {
      table(answer, out);
    }
    return ExitCode.OK;
  }

  private static String described() {
    StringBuilder text = new StringBuilder();
    for (ResultTable table : ResultTable.values()) {
      text.append(text.isEmpty() ? "" : "\n").append(table).append(": ").append(table.doc());
      text.append('\n');
      List<List<String>> rows = new ArrayList<>();
      table.columns().forEach(c -> rows.add(List.of("", c.name(), c.type(), c.doc())));
      text.append(TextTable.of(rows, List.of(true, true, true, true)));
    }
    return text.toString();
  }

  private static ArrayNode describedJson() {
    ArrayNode all = Json.array();
    for (ResultTable table : ResultTable.values()) {
      ObjectNode node = all.addObject().put("table", table.toString()).put("doc", table.doc());
      ArrayNode columns = node.putArray("columns");
      table
          .columns()
          .forEach(
              c ->
                  columns
                      .addObject()
                      .put("name", c.name())
                      .put("type", c.type())
                      .put("doc", c.doc()));
    }
    return all;
  }

  private static void table(ResultDatabase.Answer answer, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(answer.columns());
    for (List<@Nullable Object> row : answer.rows()) {
      List<String> texts = new ArrayList<>();
      for (Object value : row) {
        texts.add(value == null ? "-" : brief(value));
      }
      rows.add(texts);
    }
    out.print(TextTable.of(rows, answer.numeric().stream().map(n -> !n).toList()));
    out.flush();
  }

  /** Six digits for readers; CSV and JSON have all digits. */
  private static String brief(Object value) {
    return value instanceof Double x && Double.isFinite(x)
        ? new BigDecimal(x).round(new MathContext(6)).stripTrailingZeros().toPlainString()
        : value.toString().replace("\n", "\\n");
  }

  private static void csv(ResultDatabase.Answer answer, PrintWriter out) {
    out.println(String.join(",", answer.columns().stream().map(QueryCommand::quoted).toList()));
    for (List<@Nullable Object> row : answer.rows()) {
      List<String> texts = new ArrayList<>();
      for (Object value : row) {
        texts.add(value == null ? "" : quoted(value.toString()));
      }
      out.println(String.join(",", texts));
    }
  }

  /** A field in the format of RFC 4180. */
  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain && !field.isEmpty() ? field : "\"" + field.replace("\"", "\"\"") + "\"";
  }

  private static ArrayNode json(ResultDatabase.Answer answer) {
    ArrayNode all = Json.array();
    for (List<@Nullable Object> row : answer.rows()) {
      ObjectNode node = all.addObject();
      for (int i = 0; i < row.size(); i++) {
        node.putPOJO(answer.columns().get(i), row.get(i));
      }
    }
    return all;
  }
}
