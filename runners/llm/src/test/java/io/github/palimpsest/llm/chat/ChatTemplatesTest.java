package io.github.palimpsest.llm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplatesTest {
  private static final LocalDate DATE = LocalDate.of(2024, 7, 26);
  private static final String LINES =
      "{% for m in messages %}{{ m.role[0] + ':' + m.content + '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}a:{% endif %}";

  @TempDir Path folder;

  private static ChatTemplate template(String source) {
    return ChatTemplate.parse("t", source, Map.of(), DATE);
  }

  private static List<ChatMessage> chat(String... turns) {
    return Arrays.stream(turns)
        .map(
            turn ->
                ChatMessage.of(
                    turn.startsWith("u") ? "user" : turn.startsWith("s") ? "system" : "assistant",
                    turn.substring(2)))
        .toList();
  }

  private static List<String> targets(TextExample example) {
    return example.parts().stream()
        .filter(p -> p.role() == TextExample.Role.TARGET)
        .map(TextExample.Part::text)
        .toList();
  }

  private String found(String name) {
    return HuggingFaceDirectory.chatTemplates(folder)
        .orElseThrow()
        .get(name, "2024-07-26")
        .render(chat("u hi"), false)
        .text();
  }

  @Test
  void a_template_is_found_in_the_files_that_transformers_reads() throws IOException {
    assertThat(HuggingFaceDirectory.chatTemplates(folder)).isEmpty();
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(
        config, "{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\": \"C{{ bos_token }}\"}");
    assertThat(found("default")).isEqualTo("C<s>");
    Files.writeString(
        config,
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"D\"},"
            + " {\"name\": \"rag\", \"template\": \"R\"}]}");
    assertThat(found("default")).isEqualTo("D");
    assertThat(found("rag")).isEqualTo("R");
    assertThatThrownBy(() -> found("rags")).hasMessageContaining("did you mean 'rag'?");
    Files.createDirectories(folder.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("additional_chat_templates/tool.jinja"), "T");
    assertThat(found("tool")).isEqualTo("T");
    assertThatThrownBy(() -> found("rag"))
        .as("files replace the configuration")
        .isInstanceOf(PalimpsestException.class);
    Files.writeString(folder.resolve("chat_template.jinja"), "J\n");
    assertThat(found("default")).isEqualTo("J");
    Files.writeString(folder.resolve("chat_template.jinja"), "{% if %}");
    assertThatThrownBy(() -> found("default"))
        .hasMessageContaining("the chat template of " + folder + ", line 1");
    assertThatThrownBy(
            () -> HuggingFaceDirectory.chatTemplates(folder).orElseThrow().get("tool", "today"))
        .hasMessageContaining("'today' is not a date");
  }

  @Test
  void the_answers_are_learned_with_what_ends_them() {
    TextExample example = template(LINES).example(chat("s be", "u 1", "a 2", "u 3", "a 4", "u 5"));
    assertThat(targets(example)).containsExactly("2\n", "4\n");
    assertThat(example.parts().get(0).text()).isEqualTo("s:be\nu:1\na:");
    assertThat(example.parts()).as("the last turn is counted").hasSize(5);
    assertThat(example.rest()).contains("");
  }

  @Test
  void an_empty_answer_is_read_and_not_learned() {
    TextExample example = template(LINES).example(chat("u 1", "a ", "u 3", "a 4"));
    assertThat(targets(example)).containsExactly("", "4\n");
    assertThat(example.parts().get(0).text()).isEqualTo("u:1\na:\n");
  }

  @Test
  void an_answer_that_is_written_in_another_way_later_is_found_by_what_is_around_it() {
    // an earlier answer loses its thoughts, and the last one ends with a mark of its own
    String source =
        "{% for m in messages %}{% if m.role == 'user' %}{{ '<u>' + m.content }}{% else %}"
            + "{{ '<a>' + ('<t></t>' if loop.last else '') + m.content + '</a>' }}"
            + "{% endif %}{% endfor %}{% if add_generation_prompt %}<a><t>{% endif %}";
    assertThat(targets(template(source).example(chat("u 1", "a 2", "u 3", "a 4"))))
        .containsExactly("2</a>", "</t>4</a>");
  }

  @Test
  void an_answer_that_cannot_be_told_from_the_text_is_refused() {
    String lost =
        "{% for m in messages %}{% if loop.last or m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}";
    assertThatThrownBy(() -> template(lost).example(chat("u 1", "a 2", "u 3", "a 4")))
        .hasMessageContaining("message 2: the chat template writes this answer in another way")
        .hasMessageContaining("chat(turns=labels)");
    String changed =
        "{% for m in messages %}{{ m.content if loop.last else m.content|length }}|{% endfor %}";
    assertThatThrownBy(() -> template(changed).example(chat("u 1", "a 222", "u 3", "a 4")))
        .hasMessageContaining("message 2: ");
    String more = LINES.replace("{% if add_generation_prompt %}a:{% endif %}", "a:");
    assertThatThrownBy(() -> template(more).example(chat("u 1", "a 2")))
        .hasMessageContaining("message 2: the chat template ends with '\na:', which is not all");
    String raises = "{{ raise_exception('no system here') }}";
    assertThatThrownBy(() -> template(raises).example(chat("s 1", "a 2")))
        .hasMessage("the chat template refuses the chat: no system here");
  }

  @Test
  void the_marks_of_a_template_are_taken_as_they_are() {
    String source =
        "{% for m in messages %}{{ m.role[0] + ':' }}{% if m.role == 'assistant' %}{% generation %}"
            + "{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %};{% endfor %}";
    TextExample example = template(source).example(chat("u 1", "a 2", "u 3", "a ", "u 5", "a 6"));
    assertThat(targets(example)).containsExactly("2", "", "6");
    assertThat(example.rest()).contains(";");
    String none =
        "{% for m in messages %}{% if m.role == 'x' %}{% generation %}{% endgeneration %}{% endif %}{% endfor %}";
    assertThatThrownBy(() -> template(none).example(chat("u 1", "a 2")))
        .hasMessageContaining("marks nothing of this chat");
  }

  @Test
  void parts_go_to_a_template_that_reads_them_and_are_joined_for_others() {
    Object content =
        List.of(Map.of("type", "text", "text", "a"), Map.of("type", "text", "text", "b"));
    List<ChatMessage> parts =
        ChatMessage.of(
            DataRecord.of(Map.of("messages", List.of(Map.of("role", "user", "content", content)))));
    assertThat(template("{{ messages[0].content }}").render(parts, false).text()).isEqualTo("a b");
    assertThat(
            template("{% for p in messages[0].content %}{{ p.text }}{% endfor %}")
                .render(parts, false)
                .text())
        .isEqualTo("ab");
  }

  @Test
  void the_reasoning_of_a_message_has_all_its_names() {
    List<ChatMessage> messages =
        ChatMessage.of(
            DataRecord.of(
                Map.of(
                    "messages",
                    List.of(Map.of("role", "assistant", "content", "c", "reasoning", "r")))));
    assertThat(
            template("{{ messages[0].reasoning_content + messages[0].thinking }}")
                .render(messages, false)
                .text())
        .isEqualTo("rr");
  }
}
