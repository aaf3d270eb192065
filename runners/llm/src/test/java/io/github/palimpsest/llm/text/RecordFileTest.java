package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFileTest {
  private static final String LINES =
      """
      {"instruction": "add 1 and 2", "output": "3", "lang": "en", "score": 0.9}
      {"instruction": "addiere 1 und 2", "output": "3", "lang": "de", "score": 0.8}

      {"instruction": "when", "output": "2026-01-02", "lang": "en", "score": 0.1}
      """;

  @TempDir Path temp;

  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    if (!name.endsWith(".gz")) {
      return Files.writeString(file, text);
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private Path parquet(String select) throws SQLException {
    Path file = temp.resolve("data.parquet");
    try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
        Statement s = c.createStatement()) {
      s.execute("COPY (" + select + ") TO '" + file + "'");
    }
    return file;
  }

  private static List<JsonRecord> read(Path file, String... filter) {
    return new RecordFile(
            file, Optional.of(filter).filter(f -> f.length > 0).map(f -> new RowFilter(f[0])))
        .records();
  }

  private static List<String> outputs(List<JsonRecord> records) {
    return records.stream().map(r -> r.data().text("output")).toList();
  }

  @Test
  void a_filter_keeps_the_records_it_holds_for_with_their_lines_and_numbers() throws IOException {
    List<JsonRecord> kept = read(write("data.jsonl", LINES), "lang = 'en' AND score < 0.5");
    assertThat(kept)
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.origin()).as("an empty line counts").endsWith("data.jsonl:4");
              assertThat(r.number()).isEqualTo(2);
              assertThat(r.data().text("output"))
                  .as("no date is made of it")
                  .isEqualTo("2026-01-02");
            });
    assertThat(
            read(
                write("array.json", "[" + LINES.strip().replaceAll("\\n+", ",") + "]"),
                "lang = 'de'"))
        .hasSize(1);
  }

  @Test
  void a_text_may_be_longer_than_the_usual_limit_of_the_parser() throws Exception {
    int length = StreamReadConstraints.DEFAULT_MAX_STRING_LEN + 1;
    Path file = temp.resolve("long.jsonl");
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("{\"lang\": \"en\", \"text\": \"short\"}\n{\"lang\": \"de\", \"text\": \"");
      String part = "wort ".repeat(1000);
      for (int left = length; left > 0; left -= part.length()) {
        out.write(part, 0, Math.min(left, part.length()));
      }
      out.write("\"}\n");
    }
    assertThat(read(file).get(1).data().text("text")).hasSize(length);
    assertThat(read(file, "lang = 'de'"))
        .singleElement()
        .satisfies(r -> assertThat(r.data().text("text")).hasSize(length));
    Path table = parquet("SELECT repeat('wort ', " + (length / 5 + 1) + ") AS text");
    assertThat(read(table).get(0).data().text("text")).hasSizeGreaterThan(length);
  }

  @Test
  void packed_files_read_like_plain_ones() throws IOException {
    Path packed = write("data.jsonl.gz", LINES);
    assertThat(outputs(read(packed))).containsExactly("3", "3", "2026-01-02");
    assertThat(outputs(read(packed, "score > 0.5"))).containsExactly("3", "3");
    assertThat(DataSource.of(packed).where(new RowFilter("lang = 'de'")).documents())
        .singleElement()
        .satisfies(d -> assertThat(d.exchanges().get(0).context()).contains("addiere"));
    assertThat(DataSource.of(write("story.txt.gz", "once upon a time")).documents()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.csv", "data.csv.gz", "data.tsv"})
  void a_table_of_text_keeps_every_digit_and_comma(String name) throws IOException {
    String text = "prompt,response,score\n\"a, b\",007,1\nc,\"x\ny\",22\n";
    Path file =
        write(name, name.endsWith("tsv") ? text.replace(",", "\t").replace("a\t", "a,") : text);
    List<JsonRecord> all = read(file);
    assertThat(all).extracting(r -> r.data().text("response")).containsExactly("007", "x\ny");
    assertThat(all.get(0).data().text("prompt")).isEqualTo("a, b");
    assertThat(all.get(1).origin()).as("the header is line 1").endsWith(name + ":3");
    assertThat(read(file, "CAST(score AS INTEGER) > 3"))
        .singleElement()
        .satisfies(r -> assertThat(r.number()).isEqualTo(1));
    assertThat(DataSource.of(file).documents().get(0).exchanges().get(0).response())
        .contains("007");
  }

  @Test
  void parquet_keeps_lists_and_structures() throws SQLException {
    Path file =
        parquet(
            "SELECT [{'role': 'user', 'content': 'hi'}, {'role': 'assistant', 'content': 'ho'}]"
                + " AS messages, unnest([1, 2, 3]) AS turn");
    assertThat(read(file)).hasSize(3);
    assertThat(DataSource.of(file).where(new RowFilter("turn = 2")).documents())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.origin()).endsWith("data.parquet, row 2");
              assertThat(d.exchanges().get(0).response()).isEqualTo(" ho");
            });
  }

  @Test
  void rows_keep_their_order_however_many() throws SQLException {
    List<JsonRecord> all = read(parquet("SELECT 'q' || i AS prompt, i FROM range(300000) t(i)"));
    assertThat(all).hasSize(300_000);
    assertThat(all.get(299_999).node().path("i").asInt()).isEqualTo(299_999);
    assertThat(all.get(150_000).node().path("i").asInt()).isEqualTo(150_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random() < 0.5",
        "lang = 'en' AND now() > '2020-01-01'",
        "current_date > '2020-01-01'",
        "lang IN (SELECT a FROM other)",
        "lang IN (SELECT column0 FROM read_csv('other.csv'))",
        "true) USING SAMPLE 5 ROWS --",
        "true); DELETE FROM records; --",
        "true) LIMIT (1",
        "",
        "lang ="
      })
  void a_filter_that_is_no_condition_on_the_file_alone_is_refused(String filter) {
    assertThatThrownBy(() -> new RowFilter(filter))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("filter \"" + filter + "\": ");
  }

  @Test
  void a_condition_that_is_nested_too_deeply_is_refused() {
    String deep = "text " + "!!x.y.Z".repeat(600);
    assertThatThrownBy(() -> new RowFilter(deep))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("filter \"" + deep + "\": it cannot be read: ");
  }

  @Test
  void a_syntax_error_has_its_place_in_the_filter() {
    assertThatThrownBy(() -> new RowFilter("lang = = 'en'")).hasMessageContaining("(character 8)");
  }

  @Test
  void a_filter_that_does_not_fit_the_file_is_refused_with_the_columns_near_it()
      throws IOException {
    Path file = write("data.jsonl", LINES);
    assertThatThrownBy(() -> read(file, "langu = 'en'"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("data.jsonl: filter \"langu = 'en'\": ")
        .hasMessageContaining("langu");
    assertThatThrownBy(() -> read(file, "lang = 'fr'"))
        .hasMessageContaining("no record of")
        .hasMessageContaining("passes it");
    Path text = write("a.txt", "plain");
    assertThatThrownBy(() -> DataSource.of(text).where(new RowFilter("true")).documents())
        .hasMessageContaining("has no records to filter");
    assertThatThrownBy(() -> read(temp.resolve("none.parquet")))
        .hasMessageContaining("there is no such file");
    Path broken = write("broken.parquet", "this is not it");
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("broken.parquet");
  }
}
