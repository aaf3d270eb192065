package io.github.palimpsest.llm.text;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts that people have, columns of other names, bad records, and several files. */
class LayoutsTest {
  @TempDir Path folder;

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static DataSource plain(Path file) {
    return DataSource.of(file).with(PromptTemplate.PLAIN);
  }

  private static String text(DataSource.Read read) {
    return read.documents().stream()
        .flatMap(d -> d.exchanges().stream())
        .map(e -> e.context() + "[" + e.response() + "]")
        .collect(Collectors.joining(" "))
        .replace('\n', '|');
  }

  private static Layout columns(String text) {
    return new Layout(Columns.parse(text), OnBadRecord.FAIL);
  }

  private static Layout skipping() {
    return new Layout(Columns.SAME, OnBadRecord.SKIP);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      value = {
        "completions\t{\"prompt\":\"a\",\"completion\":\" b\"}\ta[ b]",
        "responses\t{\"instruction\":\"a\",\"context\":\"c\",\"response\":\"b\","
            + "\"category\":\"qa\"}\ta|c|[b]",
        "responses\t{\"instruction\":\"a\",\"context\":\"\",\"response\":\"b\"}\ta|[b]",
        "questions\t{\"question\":\"a\",\"answer\":\"b\"}\ta|[b]",
        "sharegpt\t{\"conversations\":[{\"from\":\"human\",\"value\":\"a\"},"
            + "{\"from\":\"gpt\",\"value\":\"b\"}]}\tUser: a|Assistant:[ b]",
        "sharegpt\t{\"system\":\"s\",\"conversations\":[{\"from\":\"user\",\"value\":\"a\"},"
            + "{\"from\":\"assistant\",\"value\":\"b\"}]}\tSystem: s|User: a|Assistant:[ b]",
      })
  void a_layout_is_found_by_its_keys_and_told(String format, String record, String expected)
      throws IOException {
    DataSource.Read read = plain(file("f.jsonl", record)).read();
    assertThat(text(read)).isEqualTo(expected);
    assertThat(read.notes().formats()).containsExactly(format);
    DataSource.Read stated = plain(file("f.jsonl", record)).as(Value.Call.word(format)).read();
    assertThat(stated.notes().any()).as("a stated format is not told").isFalse();
  }

  @Test
  void sharegpt_refuses_a_speaker_that_it_does_not_know() throws IOException {
    Path file = file("f.jsonl", "{\"conversations\":[{\"from\":\"tool\",\"value\":\"a\"}]}");
    assertThatThrownBy(() -> plain(file).read())
        .hasMessageContaining("f.jsonl:1: item 1 of 'conversations': from 'tool' is none of");
  }

  @Test
  void keys_that_a_found_format_does_not_read_are_told_by_name() throws IOException {
    Path file =
        file(
            "f.jsonl",
            "{\"question\":\"a\",\"z\":1,\"answer\":\"b\"}",
            "{\"question\":\"a\",\"context\":\"c\",\"answer\":\"b\",\"lang\":\"en\",\"z\":2}");
    assertThat(plain(file).read().notes().sentences())
        .containsExactly("format found: questions; not read: z, lang");
    assertThat(plain(file).as(Value.Call.word("questions")).read().notes().any()).isFalse();
    Path table = file("f.csv", "q,a,prompt", "1,2,unused");
    assertThat(plain(table).with(columns("prompt=q,response=a")).read().notes().unread())
        .as("another column stands for 'prompt'")
        .containsExactly("prompt");
    Path b = file("b.csv", "prompt,response,lang,year", "1,2,en,3");
    FileSet both =
        new FileSet(
            List.of(
                new FileSet.Part(new FileSource(file), 1), new FileSet.Part(new FileSource(b), 1)));
    assertThat(DataSource.of(both).read().notes().unread()).containsExactly("z", "lang", "year");
  }

  @Test
  void of_many_keys_that_are_not_read_the_first_are_told() throws IOException {
    String more = IntStream.range(0, 40).mapToObj(i -> ",\"k" + i + "\":1").collect(joining());
    Path file = file("f.jsonl", "{\"text\":\"a\"" + more + "}", "{\"text\":\"a\"" + more + "}");
    assertThat(plain(file).read().notes().unread())
        .hasSize(ReadNotes.UNREAD + 1)
        .startsWith("k0", "k1")
        .endsWith("k29", "...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"choice0,choice1", "option_a,option_b", "A,B", "Choice 1,Choice 2"})
  void numbered_choices_that_a_found_format_leaves_out_are_refused(String choices)
      throws IOException {
    Path file = file("f.csv", "question," + choices + ",answer", "a,b,c,0");
    assertThatThrownBy(() -> plain(file).read())
        .hasMessageContaining(
            "f.csv:2: "
                + choices.replace(",", ", ")
                + " look like answers to choose from, and format 'questions' does not read them")
        .hasMessageEndingWith(
            "and state 'format: choices'; to leave them out, state 'format: questions'");
    assertThatThrownBy(() -> plain(file).foundIds()).hasMessageContaining("look like answers");
    assertThat(text(plain(file).as(Value.Call.word("questions")).read())).isEqualTo("a|[0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[\"3\", \"4\"]", "{\"text\": [\"3\", \"4\"], \"label\": [\"A\", \"B\"]}"})
  void an_array_of_choices_that_a_found_format_leaves_out_is_refused(String choices)
      throws IOException {
    Path file =
        file("f.jsonl", "{\"question\": \"q\", \"choices\": " + choices + ", \"answer\": \"4\"}");
    assertThatThrownBy(() -> plain(file).read())
        .hasMessageContaining(
            "f.jsonl:1: choices look like answers to choose from, and format 'questions' does not"
                + " read them")
        .hasMessageContaining("'query', 'choices' (an array) and 'gold'")
        .hasMessageContaining("or name its own by 'columns'");
    assertThat(text(plain(file).as(Value.Call.word("questions")).read())).isEqualTo("q|[4]");
  }

  @Test
  void one_value_with_the_name_of_choices_is_none() throws IOException {
    Path file = file("f.jsonl", "{\"question\": \"q\", \"options\": \"x\", \"answer\": \"4\"}");
    assertThat(plain(file).read().notes().unread()).containsExactly("options");
  }

  @Test
  void one_column_with_the_name_of_a_choice_is_no_choice() throws IOException {
    Path file = file("f.csv", "question,A,answer", "a,b,0");
    assertThat(plain(file).read().notes().unread()).containsExactly("A");
  }

  @Test
  void columns_stand_for_the_keys_of_a_format_that_is_found_or_stated() throws IOException {
    Path file = file("f.csv", "q,a,prompt", "1 + 1,2,unused", "2 + 2,4,unused");
    DataSource.Read read = plain(file).with(columns("prompt=q,response=a")).read();
    assertThat(text(read)).isEqualTo("1 + 1[2] 2 + 2[4]");
    assertThat(read.notes().formats()).containsExactly("prompts");
    assertThat(
            text(
                plain(file)
                    .as(Value.Call.word("questions"))
                    .with(columns("question=q,answer=a"))
                    .read()))
        .isEqualTo("1 + 1|[2] 2 + 2|[4]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "prompt=qest,response=ans;there is no column 'qest' to stand for 'prompt'",
        "prmpt=quest,response=ans;columns: no format has a key 'prmpt'",
        "prompt=quest,query=ans; cannot tell the format",
        "prompt=quest,response=quest; column 'quest' stands for 'prompt' and for 'response'",
        "prompt; 'prompt' must be KEY=COLUMN",
        "prompt=a,prompt=b; key 'prompt' is given twice",
      })
  void a_wrong_column_is_refused_with_the_nearest_name(String written, String message)
      throws IOException {
    Path file = file("f.jsonl", "{\"quest\":\"a\",\"ans\":\"b\"}");
    assertThatThrownBy(() -> plain(file).with(columns(written)).read())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_column_of_an_optional_key_must_be_in_some_record() throws IOException {
    Path file =
        file("f.jsonl", "{\"i\":\"a\",\"o\":\"b\"}", "{\"i\":\"c\",\"o\":\"d\",\"x\":\"e\"}");
    assertThat(text(plain(file).with(columns("instruction=i,output=o,input=x")).read()))
        .isEqualTo("a|[b] c|e|[d]");
    assertThatThrownBy(() -> plain(file).with(columns("instruction=i,output=o,input=y")).read())
        .hasMessageContaining("f.jsonl: there is no column 'y' to stand for 'input'");
    assertThatThrownBy(
            () ->
                plain(file)
                    .as(Value.Call.word("instructions"))
                    .with(columns("instruction=i,outptu=o"))
                    .read())
        .hasMessage("columns: format 'instructions' has no key 'outptu'; did you mean 'output'?");
  }

  @Test
  void a_text_without_bytes_and_a_number_that_is_none_are_refused_with_their_place()
      throws IOException {
    Path surrogate = file("s.jsonl", "{\"text\": \"bad \\ud800\"}");
    assertThatThrownBy(() -> plain(surrogate).read())
        .hasMessageContaining("s.jsonl:1: a text at /text has the lone surrogate U+D800");
    Path nan = file("n.jsonl", "{\"text\": NaN}");
    assertThatThrownBy(() -> plain(nan).read())
        .hasMessageContaining("n.jsonl:1: not JSON: Non-standard token 'NaN' (column 13)");
  }

  @Test
  void bad_records_fail_or_are_skipped_counted_and_the_first_five_named() throws IOException {
    String good = "{\"prompt\":\"a\",\"response\":\"b\"}";
    Path file =
        file(
            "f.jsonl",
            "{\"prompt\":",
            good,
            "[1]",
            "{\"prompt\":\"a\"}",
            "{\"prompt\":\"a\",\"response\":7}",
            "3",
            "nonsense",
            good);
    assertThatThrownBy(() -> plain(file).read()).hasMessageContaining("f.jsonl:1: not JSON");
    DataSource.Read read = plain(file).with(skipping()).read();
    assertThat(text(read)).isEqualTo("a[b] a[b]");
    assertThat(read.counts().read()).isEqualTo(8);
    assertThat(read.counts().used()).isEqualTo(2);
    assertThat(read.counts().byName()).containsEntry("dropped_bad", 6L);
    assertThat(read.notes().bad()).isEqualTo(6);
    assertThat(read.notes().firstBad()).hasSize(5);
    assertThat(read.notes().firstBad().get(2)).startsWith(file + ":4: key 'response' is missing");
    assertThat(read.notes().sentences())
        .contains("6 records cannot be read and are left out; the first 5:");
  }

  @Test
  void a_file_of_bad_records_alone_is_refused_with_the_first() throws IOException {
    Path file = file("f.jsonl", "{", "{\"prompt\":\"a\",\"response\":1}");
    assertThatThrownBy(() -> plain(file).with(skipping()).read())
        .hasMessageContaining("2 of them cannot be read; the first: " + file + ":1: not JSON");
  }

  @Test
  void several_files_are_read_in_order_each_in_its_own_layout_and_counted() throws IOException {
    Path a = file("a.jsonl", "{\"prompt\":\"a\",\"response\":\"1\"}");
    Path b = file("b.csv", "question,answer", "b,2", "c,3");
    FileSet both =
        new FileSet(
            List.of(
                new FileSet.Part(new FileSource(a), 1), new FileSet.Part(new FileSource(b), 2)));
    DataSource.Read read = DataSource.of(both).with(PromptTemplate.PLAIN).read();
    assertThat(text(read)).isEqualTo("a[1] b|[2] c|[3]");
    assertThat(read.documents()).extracting(Document::number).containsExactly(0, 1, 2);
    assertThat(read.notes().formats()).containsExactly("prompts", "questions");
    assertThat(read.notes().files()).containsEntry(a.toString(), 1L).containsEntry(b + "", 2L);
    assertThat(read.weights()).isEqualTo(new Weights(List.of(0, 1), List.of(1.0, 2.0)));
    assertThat(DataSource.of(both).foundIds().toString()).isEqualTo("[prompts, questions]");
    DataSource.Read first = DataSource.of(both).slice(0, 1).read();
    assertThat(first.notes().files()).as("the limit is for all").containsEntry(b + "", 0L);
    assertThatThrownBy(
            () ->
                new FileSet(
                    List.of(
                        new FileSet.Part(new FileSource(a), 1),
                        new FileSet.Part(new FileSource(a), 1))))
        .hasMessageContaining("is given twice");
    assertThatThrownBy(() -> new FileSet.Part(new FileSource(a), 0))
        .hasMessageContaining("weight 0.0 must be above 0");
  }

  @Test
  void a_filter_may_pass_no_record_of_one_of_several_files() throws IOException {
    Path a = file("a.csv", "prompt,response", "a,1");
    Path b = file("b.csv", "prompt,response", "b,2");
    FileSet both =
        new FileSet(
            List.of(
                new FileSet.Part(new FileSource(a), 1), new FileSet.Part(new FileSource(b), 1)));
    assertThat(text(DataSource.of(both).where(new RowFilter("response = '2'")).read()))
        .isEqualTo("b[2]");
    assertThatThrownBy(() -> DataSource.of(both).where(new RowFilter("response = '3'")).read())
        .hasMessageContaining("no record of " + b + " passes it");
  }
}
