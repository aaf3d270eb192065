package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Records with {@code messages}: objects with {@code role} and {@code content}. The model's chat
 * template writes them, if the model has one and the settings do not say otherwise. Without a
 * template each message has a line of its own: {@code System: ...}, {@code User: ...} or {@code
 * Assistant: ...}. The targets are the messages of the assistant.
 *
 * @param turns how messages are written
 * @param named the name of the template, of a model that has several
 * @param date the date in a template that writes today's
 * @param renderer the model's template; empty for labels
 */
public record Chat(Turns turns, String named, String date, Optional<ChatRenderer> renderer)
    implements ChatFormat {
  /** The template of a model that has only one, and the one to use of several. */
  public static final String DEFAULT_TEMPLATE = "default";

  /** The date of the templates of Llama 3 where there is no clock. */
  public static final String DEFAULT_DATE = "2024-07-26";

  /** How messages are written. */
  public enum Turns {
    /** By the model's template; with labels if it has none. */
    TEMPLATE,
    /** With labels, for every model. */
    LABELS;

    /** The word in experiments and options. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final Setting<Turns> TURNS =
      Setting.choice(
          "turns",
          Turns.class,
          Turns.TEMPLATE,
          "messages by the model's chat template if it has one, or with labels");

  static final Setting<String> NAMED =
      Setting.text("named", DEFAULT_TEMPLATE, "the template of a model with several");

  static final Setting<String> DATE =
      Setting.text("date", DEFAULT_DATE, "today for a template that writes the date");

  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "chat",
              "Messages of system, user and assistant",
              "context = all before; target = content of each message of the assistant")
          .settings(TURNS, NAMED, DATE)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "OpenAI 2023, Chat completions (platform.openai.com/docs/api-reference/chat)"))
          .creates(s -> new Chat(s.get(TURNS), s.get(NAMED), s.get(DATE), Optional.empty()));

  /** Labels, for every model. */
  public Chat() {
    this(Turns.LABELS, DEFAULT_TEMPLATE, DEFAULT_DATE, Optional.empty());
  }

  @Override
  public Chat chat() {
    return this;
  }

  @Override
  public Chat with(ChatRenderer template) {
    return new Chat(turns, named, date, Optional.of(template));
  }

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("messages");
  }

  /** Tools are read so that they are refused. */
  @Override
  public List<String> optionalKeys() {
    return List.of("tools");
  }

  @Override
  public String example() {
    return "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
        + " {\"role\": \"user\", \"content\": \"2 + 3?\"},"
        + " {\"role\": \"assistant\", \"content\": \"5\"},"
        + " {\"role\": \"user\", \"content\": \"And 4 + 4?\"},"
        + " {\"role\": \"assistant\", \"content\": \"8\"}], \"tools\": []}";
  }

  @Override
  public TextExample read(DataRecord record) {
    List<ChatMessage> messages = ChatMessage.of(record);
    if (messages.stream().noneMatch(ChatMessage::answers)) {
      throw record.problem("'messages' has no assistant turn to learn");
    }
    return renderer.map(r -> r.example(messages)).orElseGet(() -> labelled(messages));
  }

  /**
   * The text before the next answer, with labels.
   *
   * @param messages the chat so far
   */
  public static String prompt(List<ChatMessage> messages) {
    List<ChatMessage> asked = new ArrayList<>(messages);
    asked.add(ChatMessage.of(ChatMessage.ASSISTANT, ""));
    return labelled(asked).parts().stream()
        .map(TextExample.Part::text)
        .collect(Collectors.joining());
  }

  private static TextExample labelled(List<ChatMessage> messages) {
    TextExample.Turns turns = TextExample.turns();
    String before = ""; // ends the line of the previous answer
    for (ChatMessage message : messages) {
      String content = message.text();
      switch (message.role()) {
        case "system" -> turns.context(before + "System: " + content + "\n");
        case "user" -> turns.context(before + "User: " + content + "\n");
        default ->
            turns.context(before + "Assistant:").target(content.isEmpty() ? "" : " " + content);
      }
      before = message.answers() ? "\n" : "";
    }
    return turns.end();
  }
}
