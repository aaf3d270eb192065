package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a file has is left out without being counted. */
class DataCountsTest {
  @TempDir Path folder;

  private DataSource.Read read(String name, String content) throws IOException {
    return DataSource.of(Files.writeString(folder.resolve(name), content)).read();
  }

  @Test
  void system_and_history_of_an_instruction_are_read_and_its_earlier_answers_learned()
      throws IOException {
    DataSource.Read read =
        read(
            "a.json",
            """
            [{"system": "Be brief.", "instruction": "And 3?", "input": "", "output": "Three.",
              "history": [["Say 1.", "One."], ["Say 2.", "Two."]]}]
            """);
    assertThat(read.documents().get(0).exchanges())
        .containsExactly(
            new Exchange("Be brief.\n\n### Instruction:\nSay 1.\n\n### Response:", "One."),
            new Exchange("\n\n### Instruction:\nSay 2.\n\n### Response:", "Two."),
            new Exchange("\n\n### Instruction:\nAnd 3?\n\n### Response:", "Three."));
    assertThat(read.counts().lost()).isFalse();
  }

  @Test
  void an_empty_answer_in_a_history_is_read_and_not_learned() throws IOException {
    DataSource.Read read =
        read(
            "a.jsonl", "{\"instruction\": \"b\", \"output\": \"c\", \"history\": [[\"a\", \"\"]]}");
    assertThat(read.documents().get(0).exchanges())
        .singleElement()
        .satisfies(e -> assertThat(e.context()).contains("\na\n").contains("\nb\n"));
    assertThat(read.counts().emptyTurns()).isEqualTo(1);
  }

  @Test
  void a_history_that_is_none_is_refused_with_its_place() {
    assertThatThrownBy(
            () ->
                read(
                    "h.jsonl",
                    "{\"instruction\": \"b\", \"output\": \"c\", \"history\": [[\"a\"]]}"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "h.jsonl:1: turn 1 of 'history' must be an array of two texts, instruction and"
                + " response, not an array of 1");
    assertThatThrownBy(
            () ->
                read("t.jsonl", "{\"instruction\": \"b\", \"output\": \"c\", \"history\": \"x\"}"))
        .hasMessageEndingWith("t.jsonl:1: key 'history' must be an array, not text");
  }

  @Test
  void the_loss_of_half_the_records_is_told_with_its_reasons() {
    DataCounts counts = DataCounts.of(105).heldOut(5, 0).bad(20).encoded(29, 0, 51);
    assertThat(counts.heavyLoss(8)).as("49 of 100").isEmpty();
    assertThat(counts.encoded(30, 0, 50).heavyLoss(8))
        .hasValue(
            "50 % of 100 records are not used: 20 dropped: they cannot be read, 30 dropped: no"
                + " token to learn within the first 8");
    assertThat(DataCounts.of(100).encoded(0, 97, 100).heavyLoss(8))
        .hasValue("97 % of 100 records are cut: 97 cut to 8 tokens");
    assertThat(DataCounts.of(100).chosen(100, 1).heavyLoss(8))
        .as("what is not chosen is not lost")
        .isEmpty();
  }

  @Test
  void turns_after_the_last_answer_are_counted() throws IOException {
    DataSource.Read read =
        read(
            "c.jsonl",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"1?\"},"
                + "{\"role\":\"assistant\",\"content\":\"one\"},"
                + "{\"role\":\"user\",\"content\":\"2?\"},{\"role\":\"user\",\"content\":\"3?\"}]}");
    assertThat(read.counts().unansweredTurns()).isEqualTo(2);
    assertThat(read.counts().text(8))
        .isEqualTo("1 records read, 1 used, 2 turns without an answer left out");
  }

  @Test
  void a_record_with_an_empty_answer_is_dropped_and_counted() throws IOException {
    DataSource.Read read = read("e.csv", "prompt,response\na,x\nb,\nc,\"  \"\nd,y\n");
    assertThat(read.documents())
        .as("those that are left keep their place in the file")
        .extracting(Document::number)
        .containsExactly(0, 3);
    assertThat(read.counts().byName())
        .containsEntry("read", 4L)
        .containsEntry("used", 2L)
        .containsEntry("dropped", 2L)
        .containsEntry("dropped_empty", 2L);
    assertThatThrownBy(() -> read("n.csv", "prompt,response\na,\nb,\n"))
        .hasMessageEndingWith("n.csv has nothing to learn: 2 records, all with an empty answer");
  }

  @Test
  void numbers_survive_their_names() {
    DataCounts counts = new DataCounts(20, 2, 3, 1, 4, 5, 6, 7, 8, 10, 0);
    assertThat(DataCounts.of(counts.byName())).isEqualTo(counts);
    assertThat(counts.used()).as("20 - 2 held out - 3 - 1 - 4 dropped").isEqualTo(10);
  }

  @Test
  void a_limit_reads_no_further() throws IOException {
    String records = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n";
    Path lines = Files.writeString(folder.resolve("l.jsonl"), records + "not JSON\n");
    assertThat(DataSource.of(lines).slice(0, 2).read().counts().read()).isEqualTo(2);
    assertThatThrownBy(() -> DataSource.of(lines).slice(0, 3).read())
        .hasMessageContaining("l.jsonl:3: not JSON");
    Path array = Files.writeString(folder.resolve("l.json"), "[{\"text\": \"a\"}, broken");
    assertThat(DataSource.of(array).slice(0, 1).read().counts().read()).isEqualTo(1);
  }

  @Test
  void a_large_file_gives_what_a_small_one_does() throws IOException {
    int count = 35_000; // more than is kept in memory, as bytes, documents and examples
    String filler = "d ".repeat(60);
    Path file = folder.resolve("large.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < count; i++) {
        String answer = i % 1000 == 7 ? "" : i % 2 == 0 ? "a b" : "c";
        out.write("{\"prompt\":\"" + filler + "\",\"response\":\"" + answer + "\"}\n");
      }
    }
    DataSource.Read read = DataSource.of(file).read();
    assertThat(read.counts().emptyAnswers()).as("7, 1007, ...").isEqualTo(count / 1000);
    Document last = read.documents().get(read.documents().size() - 1);
    assertThat(last.number()).isEqualTo(count - 1);
    assertThat(last.origin()).endsWith("large.jsonl:" + count);
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c", "d"))) {
      ExampleEncoder encoder = new ExampleEncoder(tokenizer, 64);
      ExampleEncoder.Encoded all = encoder.encode("t", read.documents());
      assertThat(all.examples()).hasSize(count - count / 1000);
      for (int i : new int[] {0, 7, 20_000, all.examples().size() - 1}) {
        Example alone = encoder.encode("t", List.of(read.documents().get(i))).examples().get(0);
        Example stored = all.examples().get(i);
        assertThat(stored.id()).isEqualTo(alone.id());
        assertThat(ExampleEncoderTest.ids(stored)).isEqualTo(ExampleEncoderTest.ids(alone));
        assertThat(ExampleEncoderTest.targets(stored)).isEqualTo(ExampleEncoderTest.targets(alone));
      }
    }
  }

  @Test
  void a_long_text_stays_in_its_file_and_equals_itself_in_memory() throws IOException {
    String word = "caf\u00e9 a b \n";
    String text = word.repeat(100_000).strip();
    Path file = Files.writeString(folder.resolve("long.txt"), "\uFEFF \n" + text + "\n|b|" + text);
    List<Document> documents = DataSource.text(file, "|b|").documents();
    assertThat(documents).hasSize(2);
    Exchange stored = documents.get(0).exchanges().get(0);
    assertThat(stored.isStored()).isTrue();
    assertThat(stored.responseBytes()).isEqualTo(100_000L * 11 - 2);
    assertThat(stored.response()).isEqualTo(text);
    assertThat(stored)
        .isEqualTo(documents.get(1).exchanges().get(0))
        .isEqualTo(new Exchange("", text))
        .hasSameHashCodeAs(new Exchange("", text));
    assertThat(documents.get(0).origin()).endsWith("long.txt:2");
    assertThat(documents.get(1).origin()).endsWith("long.txt:" + 100_002);
    ContentSet contents = new ContentSet();
    contents.add(documents.get(0));
    assertThat(contents.contains(documents.get(1))).isTrue();
    try (TextTokenizer tokenizer = WordTokenizer.of(folder, List.of("a", "b"))) {
      ExampleEncoder windows = new ExampleEncoder(tokenizer, 1001, true, false);
      List<Example> examples = windows.encode("t", documents.subList(0, 1)).examples();
      assertThat(examples).as("300,000 words, 1,000 a window").hasSize(300);
      Example cut = new ExampleEncoder(tokenizer, 1001).encode("t", documents).examples().get(0);
      assertThat(ExampleEncoderTest.ids(cut)).isEqualTo(ExampleEncoderTest.ids(examples.get(0)));
    }
  }
}
