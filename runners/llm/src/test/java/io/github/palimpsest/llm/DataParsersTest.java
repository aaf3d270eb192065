package io.github.palimpsest.llm;

import static io.github.palimpsest.testing.FuzzTarget.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.llm.arrow.ArrowFile;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.RowFilter;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Whatever data hold, they are read or refused. */
class DataParsersTest implements FuzzTargets {
  private static final int FILES = 1_000;

  /** DuckDB takes milliseconds to open. */
  private static final int QUERIES = 30;

  private static final String LINES =
      "{\"instruction\": \"Add 1 and 2.\", \"input\": \"\", \"output\": \"3\"}\n"
          + "{\"instruction\": \"\\u00e9\", \"output\": \"x\", \"system\": \"s\"}\n";

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path lines = folder.resolve("lines.jsonl");
    Files.writeString(lines, "{\"prompt\": \"a\", \"response\": \"b\", \"n\": 1}\n");
    Path choices = folder.resolve("choices.jsonl");
    return List.of(
        FuzzTarget.of(
            "records as lines",
            FILES,
            reader(folder.resolve("data.jsonl")),
            LINES,
            "{\"prompt\": \"a\", \"response\": \"b\"}\n\n{\"prompt\": \"\", \"response\": \"1\"}",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
                + " {\"role\": \"assistant\", \"content\": \"b\"}]}\n",
            "{\"instruction\": \"a\", \"output\": \"b\", \"history\": [[\"c\", \"d\"]]}\n",
            "{\"text\": \"once\"}\n"),
        FuzzTarget.of(
            "records as an array",
            FILES,
            reader(folder.resolve("data.json")),
            "[{\"instruction\": \"a\", \"output\": \"b\"},\n"
                + "{\"instruction\": \"c\", \"output\": \"d\"}]",
            "[{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
                + " {\"role\": \"assistant\", \"content\": \"b\"}]}]"),
        FuzzTarget.of(
            "choices",
            FILES,
            input -> {
              Files.write(choices, input);
              for (ChoiceItem item :
                  ChoiceItem.read(new FileSource(choices), Optional.empty(), new Choices(), 0)) {
                assertThat(item.gold()).isBetween(0, item.choices().size() - 1);
              }
            },
            "{\"query\": \"1 + 1 =\", \"choices\": [\"2\", \"3\"], \"gold\": 0}\n",
            "{\"query\": \"a\", \"choices\": [\"b\", \"c\", \"d\"], \"label\": 2}\n"),
        FuzzTarget.of("text", FILES, reader(folder.resolve("data.txt")), "once\n\nupon\n\n\u00e9"),
        FuzzTarget.of(
            "text in documents",
            FILES,
            input -> {
              Path file = folder.resolve("documents.txt");
              Files.write(file, input);
              use(DataSource.text(file, "\n\n").documents());
            },
            "once\n\nupon\n\n\u00e9"),
        new FuzzTarget(
            "packed records",
            FILES,
            List.of(packed(LINES)),
            reader(folder.resolve("data.jsonl.gz"))),
        FuzzTarget.of(
            "csv",
            FILES,
            reader(folder.resolve("data.csv")),
            "instruction,output\n\"a, b\",c\nd,\"e \"\"f\"\"\"\n",
            "prompt;response\n1;2\n"),
        new FuzzTarget(
            "parquet",
            QUERIES,
            List.of(parquet(folder.resolve("seed.parquet"))),
            reader(folder.resolve("data.parquet"))),
        new FuzzTarget(
            "arrow",
            FILES,
            List.of(arrow("stream"), arrow("lz4")),
            arrow(folder.resolve("data.arrow"), Columns.SAME)),
        new FuzzTarget(
            "arrow with views",
            FILES,
            List.of(arrow("views")),
            arrow(folder.resolve("views.arrow"), Columns.parse("text=prompt"))),
        FuzzTarget.of(
            "columns",
            FILES,
            input -> {
              Columns columns = Columns.parse(text(input));
              assertThat(Columns.parse(columns.toString())).isEqualTo(columns);
            },
            "prompt=question,response=answer"),
        FuzzTarget.of(
            "filter",
            QUERIES,
            input -> use(DataSource.of(lines).where(new RowFilter(text(input))).documents()),
            "n = 1 AND length(prompt) < 4",
            "prompt LIKE 'a%' OR n IN (1, 2)"));
  }

  private static FuzzTarget.Parser reader(Path file) {
    return input -> {
      Files.write(file, input);
      use(DataSource.of(file).documents());
    };
  }

  /** Leaves out bad records: a seed has a null. */
  private static FuzzTarget.Parser arrow(Path file, Columns columns) {
    Layout layout = new Layout(columns, OnBadRecord.SKIP);
    return input -> {
      Files.write(file, input);
      use(DataSource.of(file).with(layout).documents());
    };
  }

  private static void use(List<Document> documents) {
    for (Document document : documents) {
      for (Exchange exchange : document.exchanges()) {
        assertThat(exchange.responseBytes()).isEqualTo(exchange.response().getBytes(UTF_8).length);
      }
    }
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] arrow(String kind) throws IOException {
    try (InputStream in = ArrowFile.class.getResourceAsStream("pyarrow.json")) {
      return Base64.getDecoder().decode(new ObjectMapper().readTree(in).get(kind).asText());
    }
  }

  private static byte[] parquet(Path file) throws IOException {
    try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = db.createStatement()) {
      statement.execute(
          "COPY (SELECT 'a' || i AS prompt, 'b' AS response FROM range(3) t(i)) TO '"
              + file
              + "' (FORMAT parquet)");
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return Files.readAllBytes(file);
  }
}
