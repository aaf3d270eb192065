package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.data.DataRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message of a chat.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param text its content; several parts are joined by spaces, as transformers does where it serves
 *     a model of texts
 * @param values all values of the message that are not null, as a template reads them
 */
public record ChatMessage(String role, String text, Map<String, Object> values) {
  /** The role whose messages a model writes. */
  public static final String ASSISTANT = "assistant";

  private static final Set<String> ROLES = Set.of("system", "user", ASSISTANT);
  private static final List<String> TOOLS = List.of("tools", "tool_calls", "function_call");

  /**
   * The messages of a record.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if there is none, one has an unknown role
   *     or no content, or the record has tools, images, audio or video; names the message
   */
  public static List<ChatMessage> of(DataRecord record) {
    refuseTools(record);
    List<ChatMessage> messages = new ArrayList<>();
    for (DataRecord message : record.objects("messages")) {
      messages.add(message(message));
    }
    if (messages.isEmpty()) {
      throw record.problem("'messages' has no message");
    }
    return messages;
  }

  /** A message without other values. */
  public static ChatMessage of(String role, String text) {
    return new ChatMessage(role, text, Map.of("role", role, "content", text));
  }

  /** A copy with another content. */
  public ChatMessage withText(String other) {
    Map<String, Object> changed = new LinkedHashMap<>(values);
    changed.put("content", other);
    return new ChatMessage(role, other, changed);
  }

  /** Whether the model writes this message. */
  public boolean answers() {
    return role.equals(ASSISTANT);
  }

  private static void refuseTools(DataRecord record) {
    for (String key : TOOLS) {
      if (record.value(key).filter(value -> !List.of().equals(value)).isPresent()) {
        throw record.problem("'" + key + "' is not supported: there are no tools to call");
      }
    }
  }

  private static ChatMessage message(DataRecord message) {
    String role = message.text("role");
    if (role.equals("tool") || role.equals("function")) {
      throw message.problem("role '" + role + "' is not supported: there are no tools to call");
    }
    if (!ROLES.contains(role)) {
      throw message.problem("role '" + role + "' is none of system, user, assistant");
    }
    refuseTools(message);
    Map<String, Object> values = new LinkedHashMap<>();
    for (String key : message.keys()) {
      message.value(key).ifPresent(value -> values.put(key, value));
    }
    if (!(values.get("content") instanceof List<?>)) {
      return new ChatMessage(role, message.text("content"), values);
    }
    List<String> parts = new ArrayList<>();
    for (DataRecord part : message.objects("content")) {
      String type = part.text("type");
      if (!type.equals("text")) {
        throw part.problem(
            "content of type '" + type + "' is not supported: a message has parts of text only");
      }
      parts.add(part.text("text"));
    }
    return new ChatMessage(role, String.join(" ", parts), values);
  }
}
