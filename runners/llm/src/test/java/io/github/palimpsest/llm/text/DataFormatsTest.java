package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.FormatsPlugin;
import io.github.palimpsest.llm.format.PromptTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A format is found by its name, or by the keys of the first record. */
class DataFormatsTest {
  private static final DataFormats BUILT_IN = DataFormats.builtIn();

  @TempDir Path folder;

  /** Learns all texts under its keys, in their order. */
  private record Words(Source source, Gives gives, List<String> keys) implements DataFormat {
    @Override
    public String example() {
      return "{}";
    }

    @Override
    public TextExample read(DataRecord record) {
      TextExample.Turns turns = TextExample.turns();
      keys.forEach(key -> turns.target(record.text(key)));
      return turns.end();
    }
  }

  private static DataFormats with(String id, DataFormat format) {
    DataFormatProvider provider =
        DataFormatProvider.of(id, "a stub", "none")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere"))
            .creates(s -> format);
    PluginOrigin here = new PluginOrigin("test", "0", Path.of("test.jar"));
    List<Registered> all = new ArrayList<>(List.of(new Registered(provider, here)));
    FormatsPlugin.ALL.forEach(p -> all.add(new Registered(p, here)));
    return DataFormats.of(new PluginRegistry(all));
  }

  private static DataFormats with(String id, String... keys) {
    return with(id, new Words(DataFormat.Source.RECORDS, DataFormat.Gives.ANSWERS, List.of(keys)));
  }

  private DataSource file(String content) throws IOException {
    return DataSource.of(Files.writeString(folder.resolve("f.jsonl"), content));
  }

  private DataSource keys(String keys) throws IOException {
    StringBuilder record = new StringBuilder();
    for (String key : keys.split(" ")) {
      record.append(record.isEmpty() ? "{" : ", ").append("\"" + key + "\": \"a\"");
    }
    return file(record + "}\n");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "instruction output, instructions",
    "instruction output text, instructions", // as tatsu-lab/alpaca has it
    "prompt response text, prompts",
    "messages prompt prompt_id, chat", // as ultrachat_200k has it
    "text id, text-records",
    "query choices gold, choices",
    "instruction, instructions", // lacks a key, which is named when it is read
  })
  void a_record_is_of_the_format_that_has_the_most_keys_there(String keys, String format)
      throws IOException {
    assertThat(keys(keys).found().id()).hasToString(format);
  }

  @Test
  void two_formats_of_equally_many_keys_are_an_error_that_names_both() throws IOException {
    assertThatThrownBy(keys("messages text")::found)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "f.jsonl:1: cannot tell the format: found keys messages, text; 'chat' (messages) and"
                + " 'text-records' (text) would do; state one, as in 'format: chat'");
    assertThatThrownBy(keys("prompt text")::found)
        .as("the text alone would leave the prompt out")
        .hasMessageContaining(
            "'text-records' (text) and 'completions' (prompt + completion) would do");
  }

  @Test
  void a_plugin_s_format_is_found_by_its_keys_and_changes_no_other() throws IOException {
    DataFormats more = with("acme.dolly", "instruction", "context", "response");
    assertThat(keys("instruction context response").with(more).found().id())
        .hasToString("acme.dolly");
    assertThat(keys("instruction output context").with(more).found().id())
        .hasToString("instructions");
    DataFormats rival = with("acme.pairs", "prompt", "response");
    assertThatThrownBy(keys("prompt response").with(rival)::found)
        .hasMessageContaining("'prompts' (prompt + response) and 'acme.pairs'");
    assertThat(
            keys("prompt response")
                .with(rival)
                .as(Value.Call.word("acme.pairs"))
                .documents()
                .get(0)
                .exchanges())
        .containsExactly(new Exchange("", "a"), new Exchange("", "a"));
  }

  @Test
  void a_format_of_text_reads_documents_of_a_plain_text_when_it_is_stated() throws IOException {
    DataFormats formats =
        with(
            "acme.lines",
            new Words(DataFormat.Source.TEXT, DataFormat.Gives.ANSWERS, List.of("text")));
    Path text = Files.writeString(folder.resolve("t.txt"), "one\n\ntwo\n");
    DataSource source = DataSource.text(text, "\n\n").with(formats);
    assertThat(source.as(Value.Call.word("acme.lines")).documents())
        .allSatisfy(d -> assertThat(d.answers()).isTrue())
        .extracting(d -> d.exchanges().get(0).response())
        .containsExactly("one", "two");
    assertThat(DataSource.of(text).with(formats).found().id()).hasToString("text");
  }

  @Test
  void a_format_that_gives_something_else_than_it_says_is_refused_with_its_record()
      throws IOException {
    DataFormats formats =
        with(
            "acme.odd",
            new Words(DataFormat.Source.RECORDS, DataFormat.Gives.TEXT, List.of("odd")));
    assertThatThrownBy(keys("odd").with(formats)::documents)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("f.jsonl:1: the format says that it gives TEXT and gives ANSWERS");
  }

  @Test
  void an_unknown_name_or_setting_is_refused_by_name() {
    assertThatThrownBy(() -> BUILT_IN.component(Value.Call.word("chats"), PromptTemplate.ALPACA))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("did you mean 'chat'?");
    Value.Call odd = Value.Call.word("chat").with("loud", new Value.Flag(true));
    assertThatThrownBy(() -> BUILT_IN.component(odd, PromptTemplate.ALPACA))
        .hasMessageContaining("unknown setting 'loud' of 'chat'");
  }

  @Test
  void a_template_is_that_of_the_file_unless_the_format_is_written_with_one() {
    Value.Call plain = Value.Call.word("instructions");
    assertThat(BUILT_IN.component(plain, PromptTemplate.PLAIN))
        .hasToString("instructions(template=plain)");
    assertThat(
            BUILT_IN.component(
                plain.with("template", Value.Call.word("alpaca")), PromptTemplate.PLAIN))
        .hasToString("instructions(template=alpaca)");
  }
}
