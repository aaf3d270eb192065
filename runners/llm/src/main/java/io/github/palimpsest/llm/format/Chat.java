package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with {@code messages}: objects with {@code role} and {@code content}. The format does not
 * evaluate a tokenizer's chat template. It writes each message on a line of its own: {@code System:
 * ...}, {@code User: ...} or {@code Assistant: ...}. The target is the text after {@code
 * Assistant:}, in every turn of the assistant.
 */
record Chat() implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "chat",
              "Messages of system, user and assistant",
              "context = all before; target = content of each message of the assistant")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "OpenAI 2023, Chat completions (platform.openai.com/docs/api-reference/chat)"))
          .creates(s -> new Chat());

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("messages");
  }

  @Override
  public String example() {
    return "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
        + " {\"role\": \"user\", \"content\": \"2 + 3?\"},"
        + " {\"role\": \"assistant\", \"content\": \"5\"},"
        + " {\"role\": \"user\", \"content\": \"And 4 + 4?\"},"
        + " {\"role\": \"assistant\", \"content\": \"8\"}]}";
  }

  @Override
  public TextExample read(DataRecord record) {
    TextExample.Turns turns = TextExample.turns();
    boolean answered = false;
    String before = ""; // ends the line of the previous answer
    for (DataRecord message : record.objects("messages")) {
      String role = message.text("role");
      String content = message.text("content");
      switch (role) {
        case "system" -> turns.context(before + "System: " + content + "\n");
        case "user" -> turns.context(before + "User: " + content + "\n");
        case "assistant" ->
            turns.context(before + "Assistant:").target(content.isEmpty() ? "" : " " + content);
        default -> throw message.problem("role '" + role + "' is none of system, user, assistant");
      }
      before = role.equals("assistant") ? "\n" : "";
      answered |= role.equals("assistant");
    }
    if (!answered) {
      throw record.problem("'messages' has no assistant turn to learn");
    }
    return turns.end();
  }
}
