package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.format.PromptTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSourceTest {
  @TempDir Path folder;

  @Test
  void readsInstructionsFromAnArrayByTheAlpacaTemplate() {
    Path file =
        write(
            "a.json",
            "[\n {\"instruction\": \"Add.\", \"input\": \"1 2\", \"output\": \"3\"},\n"
                + " {\"instruction\": \"Hi\", \"output\": \"Ho\"}\n]\n");
    List<Document> documents = DataSource.of(file).documents();
    assertThat(documents).as("documents").hasSize(2);
    assertThat(documents.get(0).exchanges())
        .as("with input")
        .containsExactly(
            new Exchange(
                "Below is an instruction that describes a task, paired with an input that provides"
                    + " further context. Write a response that appropriately completes the"
                    + " request.\n\n### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:",
                "3"));
    assertThat(documents.get(1).exchanges())
        .as("without input")
        .containsExactly(
            new Exchange(
                "Below is an instruction that describes a task. Write a response that appropriately"
                    + " completes the request.\n\n### Instruction:\nHi\n\n### Response:",
                "Ho"));
    assertThat(documents.get(1).origin()).as("file and line").isEqualTo(file + ":3");
    assertThat(documents.get(1).answers()).as("its response is an answer").isTrue();
  }

  @Test
  void readsInstructionsFromLinesByThePlainTemplate() {
    Path file =
        write(
            "a.jsonl",
            "{\"instruction\":\"Add.\",\"input\":\"1 2\",\"output\":\"3\"}\n\n"
                + "{\"instruction\":\"Hi\",\"input\":null,\"output\":\"Ho\"}\r\n");
    List<Document> documents = DataSource.of(file).with(PromptTemplate.PLAIN).documents();
    assertThat(documents)
        .as("exchanges")
        .extracting(d -> d.exchanges().get(0))
        .containsExactly(new Exchange("Add.\n1 2\n", "3"), new Exchange("Hi\n", "Ho"));
    assertThat(documents.get(1).origin()).as("blank lines count").isEqualTo(file + ":3");
  }

  @Test
  void readsPromptsAndTexts() {
    Path pairs = write("p.jsonl", "{\"prompt\":\"a b\",\"response\":\"c\"}");
    assertThat(DataSource.of(pairs).documents().get(0).exchanges())
        .as("a prompt as it stands")
        .containsExactly(new Exchange("a b", "c"));
    Path texts = write("t.jsonl", "{\"text\":\" a b \"}");
    Document text = DataSource.of(texts).documents().get(0);
    assertThat(text.exchanges()).as("text").containsExactly(new Exchange("", "a b"));
    assertThat(text.answers()).as("no answer").isFalse();
  }

  @Test
  void learnsEveryAssistantTurnOfAChatAndDropsWhatFollowsTheLast() {
    Path file =
        write(
            "c.jsonl",
            "{\"messages\":[{\"role\":\"system\",\"content\":\"Count.\"},"
                + "{\"role\":\"user\",\"content\":\"1?\"},"
                + "{\"role\":\"assistant\",\"content\":\"one\"},"
                + "{\"role\":\"user\",\"content\":\"2?\"},"
                + "{\"role\":\"assistant\",\"content\":\"two\"},"
                + "{\"role\":\"user\",\"content\":\"3?\"}]}");
    assertThat(DataSource.of(file).documents().get(0).exchanges())
        .as("the plain layout of chats")
        .containsExactly(
            new Exchange("System: Count.\nUser: 1?\nAssistant:", " one"),
            new Exchange("\nUser: 2?\nAssistant:", " two"));
  }

  @Test
  void cutsAPlainTextAtTheSeparatorAndTrims() {
    Path file = write("t.txt", "\uFEFFone\ntwo\n<|end|>\n\n three <|end|>\n<|end|>");
    List<Document> documents = DataSource.text(file, "<|end|>").documents();
    assertThat(documents)
        .as("trimmed, the empty ones left out")
        .extracting(d -> d.exchanges().get(0).response())
        .containsExactly("one\ntwo", "three");
    assertThat(documents.get(1).origin()).as("first line of the text").isEqualTo(file + ":5");
    assertThat(DataSource.of(file).documents()).as("without a separator").hasSize(1);
  }

  @Test
  void a_file_of_records_is_no_plain_text() {
    Path file = write("t.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    assertThatThrownBy(() -> DataSource.text(file, "").documents())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(file + ": format 'text' takes a plain text")
        .hasMessageContaining("'text-records'");
    assertThat(DataSource.of(file).documents()).as("by its own format").hasSize(2);
  }

  @Test
  void takesASliceAndKeepsTheNumbersOfTheFile() {
    Path file = write("t.txt", "a|b|c|d");
    DataSource all = DataSource.text(file, "|");
    assertThat(all.slice(1, 2).documents())
        .as("two after the first")
        .extracting(Document::number)
        .containsExactly(1, 2);
    assertThat(all.slice(3, 10).documents()).as("fewer than the limit").hasSize(1);
    assertThatThrownBy(() -> all.slice(4, 0).documents())
        .as("nothing left")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("offset 4 leaves nothing of the 4 documents of " + file);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "bad.jsonl; {\"text\":\"a\"}\\n{\"text\":; bad.jsonl:2: not JSON",
        "trail.jsonl; {\"text\":\"a\"} x; trail.jsonl:1: not JSON",
        "twice.jsonl; {\"text\":\"a\",\"text\":\"b\"}; twice.jsonl:1: not JSON: Duplicate",
        "list.jsonl; {\"text\":\"a\"}\\n"
            + "7; list.jsonl:2: a record must be a JSON object, not a number",
        "array.json; [{\"text\":\"a\"}\\n,\\n{\"text\" \"b\"}]; array.json:3: not JSON",
        "open.json; [{\"text\":\"a\"}\\n; open.json:2: not JSON",
        "more.json; [{\"text\":\"a\"}]\\n[]; more.json:2: there is more",
        "none.json; []; none.json has no records",
        "blank.jsonl; \\n; blank.jsonl is empty",
        "key.jsonl; {\"instruction\":\"a\",\"ouput\":\"b\"}; key.jsonl:1: key 'output' is missing;"
            + " found instruction, ouput; did 'ouput' mean it?",
        "null.jsonl; {\"prompt\":\"a\",\"response\":null}; null.jsonl:1: key 'response' is null",
        "type.jsonl; {\"text\":7}; type.jsonl:1: key 'text' must be text, not a number",
        "what.jsonl; {\"a\":\"b\"}; what.jsonl:1: cannot tell the format: found keys a; expected"
            + " instruction + output",
        "mc.jsonl; {\"query\":\"b\",\"choices\":[]}; multiple-choice",
        "role.jsonl; {\"messages\":[{\"role\":\"bot\",\"content\":\"b\"}]}; role.jsonl:1: item 1 of"
            + " 'messages': role 'bot' is none of system, user, assistant",
        "turn.jsonl; {\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}; turn.jsonl:1:"
            + " 'messages' has no assistant turn",
      })
  void saysWhereAndWhatIsWrong(String name, String content, String message) {
    Path file = write(name, content.replace("\\n", "\n"));
    assertThatThrownBy(() -> DataSource.of(file).documents())
        .as(name)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheLineOfAByteThatIsNotUtf8() throws IOException {
    Path file = folder.resolve("latin1.txt");
    Files.write(file, "one\ntwo\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> DataSource.of(file).documents())
        .as("e acute in Latin-1")
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(file + ":3: not UTF-8: byte 0xE9 at offset 11");
  }

  @Test
  void namesAMissingFile() {
    Path file = folder.resolve("none.txt");
    assertThatThrownBy(() -> DataSource.of(file).documents())
        .as("missing")
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("cannot read " + file + ": there is no such file or folder");
  }

  private Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
