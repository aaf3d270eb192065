package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.OnBadRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {
  private static final Layout SKIP = new Layout(Columns.SAME, OnBadRecord.SKIP);

  @TempDir Path temp;

  private Path file(String text) throws IOException {
    return Files.writeString(temp.resolve("f.csv"), text);
  }

  private static List<JsonRecord> read(Path file, String... filter) {
    return new RecordFile(
            file, Optional.of(filter).filter(f -> f.length > 0).map(f -> f[0]).map(RowFilter::new))
        .records();
  }

  private List<String> rows(String text) throws IOException {
    return read(file(text)).stream().map(r -> r.node().toString()).toList();
  }

  @Test
  void a_quote_late_in_the_file_is_a_quote() throws IOException {
    String plain = "a,b\n".repeat(30_000);
    Path file = file("prompt,response\n" + plain + "\"late, one\",\"yes \"\"sir\"\" here\"\n");
    List<JsonRecord> all = read(file);
    assertThat(all).hasSize(30_001);
    assertThat(all.get(30_000).node())
        .hasToString("{\"prompt\":\"late, one\",\"response\":\"yes \\\"sir\\\" here\"}");
    assertThat(all.get(30_000).origin()).endsWith("f.csv:30002");
    assertThat(read(file, "prompt LIKE 'late%'"))
        .singleElement()
        .satisfies(r -> assertThat(r.number()).isEqualTo(30_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "|", "\t"})
  void the_delimiter_is_the_one_that_splits_the_header_and_the_rows(String d) throws IOException {
    String other = d.equals(",") ? ";" : ",";
    String text = "a" + d + "b\nx" + other + " y" + d + "1\n\"p" + d + "q\"" + d + "2\n";
    assertThat(rows(text))
        .containsExactly(
            "{\"a\":\"x" + other + " y\",\"b\":\"1\"}",
            "{\"a\":\"p" + (d.equals("\t") ? "\\t" : d) + "q\",\"b\":\"2\"}");
  }

  @Test
  void rows_decide_between_two_delimiters_of_the_header() throws IOException {
    assertThat(rows("a;b,c;d\n1;2;3\n4;5;6\n").get(0))
        .isEqualTo("{\"a\":\"1\",\"b,c\":\"2\",\"d\":\"3\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      textBlock =
          """
          a,b\\r\\n1,"x\\r\\ny"\\r\\n      ! {"a":"1","b":"x\\r\\ny"} ! line feeds after returns
          a,b\\r1,2\\r                      ! {"a":"1","b":"2"} ! returns alone
          MARK"a",b\\n1,2                ! {"a":"1","b":"2"} ! a byte order mark, no last break
          \\na,b\\n\\n1,2\\n\\n             ! {"a":"1","b":"2"} ! empty lines
          a, "b"\\n1, "2,3" \\n             ! {"a":"1","b":"2,3"} ! spaces around quotes
          a,b\\n 1 ,5" pipe\\n              ! {"a":" 1 ","b":"5\\" pipe"} ! a quote within a plain field
          ,b,\\n1,2,\\n                     ! {"column0":"1","b":"2","column2":""} ! columns without a name
          text\\n"a, b"\\n                  ! {"text":"a, b"} ! one column
          a,A\\n1,2\\n                      ! {"a":"1","A":"2"} ! names that differ in case
          """)
  void every_form_of_a_row_is_read(String csv, String json, String why) throws IOException {
    assertThat(rows(csv.replace("MARK", "\uFEFF").translateEscapes()))
        .as(why)
        .containsExactly(json);
  }

  @Test
  void an_empty_line_of_one_column_is_an_empty_text() throws IOException {
    assertThat(rows("text\na\n\nb\n"))
        .containsExactly("{\"text\":\"a\"}", "{\"text\":\"\"}", "{\"text\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      textBlock =
          """
          a,b\\n1,2\\n"3,4\\n5,6\\n         ! f.csv:3: the quote of field 1 is not closed; write a quote within a quoted field as ""
          a,b\\n1,2\\n3,"4\\n5,"6"\\n       ! f.csv:3: the quote of field 2 is not closed, since text follows the next quote, on line 4; write
          a,b,a\\n1,2,3\\n                  ! f.csv:1: columns 1 and 3 have the same name 'a'
          a,b\\n1,2\\n1,2,3\\n              ! f.csv:3: found 3 fields, expected 2 (a, b); the delimiter is ','
          a,b\\n1,2\\n1\\n                  ! f.csv:3: found 1 field, expected 2 (a, b); the delimiter is ','
          a,b\\n1,2\\n"x "y" z",3\\n        ! f.csv:3: text follows the closing quote of field 1; write a quote
          text\\nx, y\\n                    ! f.csv:2: found 2 fields, expected 1 (text); the delimiter is ','
          """)
  void a_malformed_file_is_refused_with_its_line(String csv, String message) throws IOException {
    Path file = file(csv.translateEscapes());
    assertThatThrownBy(() -> read(file).forEach(JsonRecord::keys)).hasMessageContaining(message);
    assertThatThrownBy(() -> read(file, "true").forEach(JsonRecord::keys))
        .as("filtered")
        .hasMessageContaining(message);
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused_with_their_line() throws IOException {
    Path file =
        Files.write(temp.resolve("f.csv"), "a,b\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(file).get(0)).hasMessageContaining("f.csv:2: not UTF-8");
  }

  @Test
  void skipping_leaves_out_and_counts_the_bad_row_alone() throws IOException {
    Path file = file("prompt,response\n1,a\n2,b,c\n3,d\nonly\n\"x \"y\" z\",q\n4,e\n");
    DataSource source = DataSource.of(file).with(SKIP);
    DataSource.Read read = source.read();
    assertThat(read.documents()).hasSize(3);
    assertThat(read.counts().read()).isEqualTo(6);
    assertThat(read.notes().bad()).isEqualTo(3);
    assertThat(read.notes().firstBad().get(0)).contains("f.csv:3: found 3 fields, expected 2");
    DataSource.Read some = source.where(new RowFilter("prompt >= '3'")).read();
    assertThat(some.documents()).as("of rows 3 and 4").hasSize(2);
    assertThat(some.notes().bad()).as("a filter cannot judge a bad row").isEqualTo(3);
    assertThatThrownBy(() -> DataSource.of(file).read())
        .hasMessageContaining("f.csv:3: found 3 fields, expected 2 (prompt, response)");
  }

  @Test
  void a_filter_sees_texts_and_no_value_in_an_empty_field() throws IOException {
    Path file = file("a,A,it's 5%\n007,2026-01-02,\n8,,\"\"\n");
    assertThat(read(file, "a = '007' AND A_1 = '2026-01-02'")).hasSize(1);
    assertThat(read(file, "\"it's 5%\" IS NULL")).hasSize(2);
    assertThat(read(file, "A_1 IS NULL").get(0).node())
        .hasToString("{\"a\":\"8\",\"A\":\"\",\"it's 5%\":\"\"}");
  }

  @Test
  void only_the_rows_up_to_a_limit_are_read() throws IOException {
    Path file = file("a,b\n1,2\n3,4\n\"never closed");
    assertThat(new RecordFile(file, Optional.empty()).records(2)).hasSize(2);
  }
}
