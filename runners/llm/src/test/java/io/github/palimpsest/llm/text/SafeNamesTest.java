package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
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

/** A path means one file, whatever characters it has. */
class SafeNamesTest {
  private static final List<String> ENDINGS =
      List.of("csv", "tsv", "parquet", "json", "jsonl", "csv.gz", "tsv.gz", "jsonl.gz", "CSV");

  @TempDir Path temp;

  /** Writes two records; the number tells files apart. */
  private static Path write(Path folder, String name, String ending, int number)
      throws IOException, SQLException {
    Path file = Files.createDirectories(folder).resolve(name + "." + ending);
    String kind = ending.replace(".gz", "");
    if (kind.equals("parquet")) {
      Path plain = folder.resolve("written.parquet");
      try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
          Statement s = c.createStatement()) {
        s.execute(
            "COPY (SELECT 'q' AS prompt, unnest(['"
                + number
                + "', 'other']) AS response) TO '"
                + plain.toString().replace("'", "''")
                + "'");
      }
      return Files.move(plain, file);
    }
    String text =
        switch (kind) {
          case "csv", "CSV" -> "prompt,response\nq," + number + "\nq,other\n";
          case "tsv" -> "prompt\tresponse\nq\t" + number + "\nq\tother\n";
          case "json" -> "[" + record(number) + ",{\"prompt\":\"q\",\"response\":\"other\"}]";
          default -> record(number) + "\n{\"prompt\":\"q\",\"response\":\"other\"}\n";
        };
    if (!ending.endsWith("gz")) {
      return Files.writeString(file, text);
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return file;
  }

  private static String record(int number) {
    return "{\"prompt\":\"q\",\"response\":\"" + number + "\"}";
  }

  private static List<String> answers(Path file, String... filter) {
    return new RecordFile(
            file, Optional.of(filter).filter(f -> f.length > 0).map(f -> new RowFilter(f[0])))
        .records().stream().map(r -> r.data().text("response")).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data[1]",
        "**",
        "[a-z]? it's \"it\" back\\slash 100% %s {a,b}",
        "~",
        "a=1; -- $HOME",
        "s3:",
        "\u00fcn\u00efc\u00f6de \u4e16\u754c"
      })
  void a_file_is_read_by_its_name_and_no_other_by_its_pattern(String name)
      throws IOException, SQLException {
    for (String ending : ENDINGS) {
      // what the name would be as a pattern, and a folder that is one as well
      Path folder = temp.resolve("in [x] it's key=1");
      for (String other : List.of("data1", "a")) {
        write(folder, other, ending, 2);
      }
      Path file = write(folder, name.replace("/", ":"), ending, 1);
      assertThat(answers(file)).as("%s, all", file).containsExactly("1", "other");
      assertThat(answers(file, "response <> '1'"))
          .as("%s, filtered", file)
          .containsExactly("other");
      assertThat(new RecordFile(file, Optional.empty()).records().get(0).keys())
          .as("no key comes from a folder's name")
          .containsExactly("prompt", "response");
      Files.delete(file);
    }
  }

  @Test
  void a_name_that_matches_nothing_but_other_files_is_no_file() throws IOException, SQLException {
    write(temp, "data1", "csv", 2);
    for (String name : List.of("data[1].csv", "data?.csv", "*.csv", "~.csv")) {
      assertThatThrownBy(() -> answers(temp.resolve(name)))
          .hasMessageContaining(name)
          .hasMessageContaining("there is no such file");
    }
  }

  @Test
  void a_relative_path_is_that_of_the_process() throws IOException, SQLException {
    Path file = write(temp, "relative", "csv", 1);
    Path relative = Path.of("").toAbsolutePath().relativize(file);
    assertThat(answers(relative)).containsExactly("1", "other");
  }

  @Test
  void what_the_engine_says_names_the_file_of_the_user() throws IOException {
    Path broken = Files.writeString(temp.resolve("broken[1].parquet"), "this is not it");
    assertThatThrownBy(() -> answers(broken))
        .hasMessageContaining("broken[1].parquet")
        .hasMessageNotContaining("palimpsest-data");
  }

  @Test
  void nothing_is_left_in_the_temporary_folder() throws IOException, SQLException {
    Path file = write(temp, "left", "csv", 1);
    Path link;
    try (EngineFile safe = EngineFile.of(file)) {
      link = Path.of(safe.literal().replace("'", ""));
      assertThat(link).isSymbolicLink().hasFileName("records.csv");
    }
    assertThat(link.getParent()).doesNotExist();
  }
}
