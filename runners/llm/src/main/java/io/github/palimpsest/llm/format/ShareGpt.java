package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records with {@code conversations}: objects with {@code from} and {@code value}, and an optional
 * text {@code system}. They become the messages of a chat.
 *
 * @param chat how the messages are written
 */
record ShareGpt(Chat chat) implements ChatFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "sharegpt",
              "ShareGPT's conversations of human and gpt",
              "context = all before; target = value of each turn of gpt")
          .settings(Chat.TURNS, Chat.NAMED, Chat.DATE)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Chiang et al. 2023, Vicuna (lmsys.org/blog/2023-03-30-vicuna)"))
          .creates(
              s ->
                  new ShareGpt(
                      new Chat(
                          s.get(Chat.TURNS),
                          s.get(Chat.NAMED),
                          s.get(Chat.DATE),
                          Optional.empty())));

  private static final String TURNS = "conversations";
  private static final String SYSTEM = "system";
  private static final String TOOLS = "tools";

  @Override
  public ShareGpt with(ChatRenderer template) {
    return new ShareGpt(chat.with(template));
  }

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of(TURNS);
  }

  /** Tools are read so that they are refused. */
  @Override
  public List<String> optionalKeys() {
    return List.of(SYSTEM, TOOLS);
  }

  @Override
  public String example() {
    return "{\"system\": \"Be brief.\", \"conversations\": ["
        + "{\"from\": \"human\", \"value\": \"2 + 3?\"},"
        + " {\"from\": \"gpt\", \"value\": \"5\"},"
        + " {\"from\": \"human\", \"value\": \"And 4 + 4?\"},"
        + " {\"from\": \"gpt\", \"value\": \"8\"}], \"tools\": []}";
  }

  @Override
  public TextExample read(DataRecord written) {
    List<Map<String, String>> messages = new ArrayList<>();
    Optional<String> system = written.optionalText(SYSTEM);
    system.ifPresent(text -> messages.add(Map.of("role", "system", "content", text)));
    boolean answered = false;
    for (DataRecord turn : written.objects(TURNS)) {
      String role = role(turn, turn.text("from"));
      if (role.equals("system") && system.isPresent()) {
        throw turn.problem("there is a system text already, under the key 'system'");
      }
      messages.add(Map.of("role", role, "content", turn.text("value")));
      answered |= role.equals("assistant");
    }
    if (!answered) {
      throw written.problem("'conversations' has no turn of gpt to learn");
    }
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("messages", messages);
    written.value(TOOLS).ifPresent(tools -> record.put(TOOLS, tools));
    return chat.read(DataRecord.of(record));
  }

  private static String role(DataRecord turn, String from) {
    return switch (from) {
      case "system" -> "system";
      case "human", "user" -> "user";
      case "gpt", "assistant", "chatgpt", "bard", "bing" -> "assistant";
      default ->
          throw turn.problem(
              "from '"
                  + from
                  + "' is none of system, human, user, gpt, assistant, chatgpt, bard, bing");
    };
  }
}
