package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.arrow.ArrowFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrow files as pyarrow 26 writes them: two record batches, of two rows and of one. */
class ArrowFileTest {
  @TempDir Path folder;

  private Path written(String kind, String name) throws IOException {
    try (InputStream in = ArrowFile.class.getResourceAsStream("pyarrow.json")) {
      JsonNode all = new ObjectMapper().readTree(in);
      return Files.write(folder.resolve(name), Base64.getDecoder().decode(all.get(kind).asText()));
    }
  }

  private static List<JsonRecord> records(Path file) {
    return new RecordFile(file, Optional.empty()).records();
  }

  @ParameterizedTest
  @CsvSource({"stream, a.arrow", "file, a.feather", "legacy, a.arrow"})
  void a_stream_and_a_file_have_the_rows_that_were_written(String kind, String name)
      throws IOException {
    List<JsonRecord> records = records(written(kind, name));
    assertThat(records)
        .extracting(r -> r.node().toString().replace('"', '\''))
        .containsExactly(
            "{'prompt':'a','response':'1','n':1,'u':0,'x':0.5,'ok':true,"
                + "'turns':[{'role':'user','content':'hi'}],'label':'y',"
                + "'when':{'arrow type':'Timestamp'}}",
            "{'prompt':'bé\\n','response':'a text of more than twelve bytes','n':-2,'u':255,"
                + "'x':-1.25,'ok':null,'turns':[],'label':'n','when':{'arrow type':'Timestamp'}}",
            "{'prompt':null,'response':'3','n':null,'u':7,'x':null,'ok':false,'turns':null,"
                + "'label':'y','when':{'arrow type':'Timestamp'}}");
    assertThat(records.get(2).origin()).endsWith(name + ", row 3");
    assertThat(records.get(2).number()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void compressed_buffers_are_unpacked(String codec) throws IOException {
    assertThat(DataSource.of(written(codec, "a.feather")).documents())
        .extracting(d -> d.exchanges().get(0))
        .containsExactly(
            new Exchange("word ".repeat(50), "x".repeat(200)),
            new Exchange("word ".repeat(50), "y".repeat(200)),
            new Exchange("word ".repeat(50), "z".repeat(200)));
  }

  @Test
  void views_of_texts_and_lists_of_one_size_are_read() throws IOException {
    assertThat(records(written("views", "a.arrow")))
        .extracting(r -> r.node().toString().replace('"', '\''))
        .containsExactly(
            "{'prompt':'a','two':[1,2]}",
            "{'prompt':'a text of more than twelve bytes','two':[3,4]}",
            "{'prompt':null,'two':[5,6]}");
  }

  @Test
  void a_filter_and_a_limit_choose_rows() throws IOException {
    Path file = written("stream", "a.arrow");
    assertThat(new RecordFile(file, Optional.of(new RowFilter("label = 'y'"))).records())
        .extracting(JsonRecord::number)
        .containsExactly(0, 2);
    assertThat(new RecordFile(file, Optional.empty()).records(1)).hasSize(1);
    assertThatThrownBy(
            () -> new RecordFile(file, Optional.of(new RowFilter("lable = 'y'"))).records())
        .hasMessageContaining("there is no column 'lable'; did you mean 'label'?");
  }

  @Test
  void what_is_no_arrow_file_is_refused_by_name() throws IOException {
    byte[] whole = Files.readAllBytes(written("file", "a.arrow"));
    Path file = folder.resolve("b.arrow");
    for (int length : new int[] {0, 3, 8, 100, whole.length / 2}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> records(file))
          .as(length + " bytes")
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("b.arrow");
    }
    Files.writeString(file, "prompt,response\na,b\nc,d\n");
    assertThatThrownBy(() -> records(file)).hasMessageContaining("not an Arrow file");
    Files.writeString(file, "FEA1 and more");
    assertThatThrownBy(() -> records(file)).hasMessageContaining("Feather version 1");
  }

  @Test
  void a_batch_that_says_more_rows_than_its_columns_have_is_refused() throws IOException {
    Path file = written("lz4", "a.arrow");
    byte[] bytes = Files.readAllBytes(file);
    int length = 256; // where the first batch says its two rows
    assertThat(bytes[length]).isEqualTo((byte) 2);
    bytes[length + 2] = 1; // 2 + 65,536
    Files.write(file, bytes);
    assertThatThrownBy(() -> records(file))
        .hasMessageContaining("column 'prompt' has 2 rows in a batch of 65538");
  }

  @Test
  void a_table_without_texts_or_numbers_is_refused_with_its_columns() throws IOException {
    assertThatThrownBy(() -> records(written("dates", "a.arrow")))
        .hasMessageContaining("no column holds texts or numbers")
        .hasMessageContaining("['when' (Timestamp), 'none' (Null)]");
  }

  @Test
  void a_long_body_is_read_in_place() throws IOException {
    Path file = written("lz4", "a.arrow");
    List<String> expected = records(file).stream().map(r -> r.node().toString()).toList();
    byte[] bytes = Files.readAllBytes(file);
    int length = 216; // where the first batch says the length of its body
    int end = 584; // where the body ends
    assertThat(bytes[length]).isEqualTo((byte) 168);
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + (1 << 21));
    longer.put(bytes, 0, end).position(end + (1 << 21)).put(bytes, end, bytes.length - end);
    longer.order(ByteOrder.LITTLE_ENDIAN).putLong(length, 168 + (1 << 21));
    Files.write(file, longer.array());
    assertThat(records(file)).extracting(r -> r.node().toString()).isEqualTo(expected);
  }

  @Test
  void rows_without_a_schema_before_them_are_refused() throws IOException {
    Path file = written("lz4", "a.arrow");
    byte[] bytes = Files.readAllBytes(file);
    int first = 176; // where the first batch begins, after the magic and the schema
    byte[] magic = Arrays.copyOf(bytes, 8);
    ByteBuffer rows = ByteBuffer.allocate(8 + bytes.length - first).put(magic);
    Files.write(file, rows.put(bytes, first, bytes.length - first).array());
    assertThatThrownBy(() -> records(file)).hasMessageContaining("the columns are []");
  }

  @Test
  void a_list_of_very_many_values_that_take_no_bytes_is_refused() throws IOException {
    assertThatThrownBy(() -> records(written("nothing", "a.arrow")))
        .hasMessageContaining("a list says that it has 70000 values, which take no bytes");
  }
}
