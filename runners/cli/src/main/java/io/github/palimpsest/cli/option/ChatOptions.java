package io.github.palimpsest.cli.option;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.llm.chat.ChatTemplate;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.format.Chat;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A conversation whose next answer a model writes. */
public final class ChatOptions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 64L << 20;

  @Option(
      names = "--chat",
      description =
          "answers a conversation: the prompt is the last message of the user, written by the"
              + " model's chat template; with labels if the model has none")
  public boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "with --chat: the first message, of the system")
  @Nullable String system;

  @Option(
      names = "--messages",
      paramLabel = "FILE",
      description =
          "with --chat: JSON of earlier messages with role and content, or of an object with"
              + " 'messages'")
  @Nullable Path messages;

  @Option(
      names = "--chat-template",
      paramLabel = "NAME",
      description = "with --chat: the template of a model with several; default: default")
  @Nullable String template;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description =
          "with --chat: today for a template that writes the date; default: " + Chat.DEFAULT_DATE)
  @Nullable String date;

  /**
   * What a model continues.
   *
   * @param text the conversation with the beginning of the answer
   * @param ids its tokens
   * @param template the template that wrote it; empty for labels
   */
  public record Asked(String text, int[] ids, Optional<ChatTemplate> template) {}

  /**
   * Checks that the options go together.
   *
   * @param prompt the option --prompt, if it is given
   */
  public void check(@Nullable String prompt) {
    if (!chat && (system != null || messages != null || template != null || date != null)) {
      throw new PalimpsestException("--system, --messages, --chat-template and --date need --chat");
    }
    if (prompt == null && messages == null) {
      throw new PalimpsestException(
          chat ? "--chat needs --prompt or --messages" : "--prompt is missing");
    }
  }

  /**
   * The conversation as the model reads it.
   *
   * @param prompt the user's last message; null if the file has all
   * @throws PalimpsestException if the file is malformed, or the template refuses the conversation
   */
  public Asked asked(
      @Nullable String prompt, Optional<ChatTemplates> templates, TextTokenizer tokenizer) {
    List<ChatMessage> chat = conversation(prompt);
    if (templates.isEmpty()) {
      if (template != null || date != null) {
        throw new PalimpsestException("--chat-template and --date: the model has no chat template");
      }
      String text = Chat.prompt(chat);
      return new Asked(text, tokenizer.prompt(text), Optional.empty());
    }
    ChatTemplate used =
        templates
            .get()
            .get(
                template == null ? Chat.DEFAULT_TEMPLATE : template,
                date == null ? Chat.DEFAULT_DATE : date);
    String text = used.render(chat, true).text();
    return new Asked(text, tokenizer.encode(text), Optional.of(used));
  }

  private List<ChatMessage> conversation(@Nullable String prompt) {
    List<ChatMessage> all = new ArrayList<>();
    if (messages != null) {
      all.addAll(read(messages));
    }
    if (system != null) {
      if (all.stream().anyMatch(m -> m.role().equals("system"))) {
        throw new PalimpsestException(
            "--system: " + messages + " has a message of the system already");
      }
      all.add(0, ChatMessage.of("system", system));
    }
    if (prompt != null) {
      all.add(ChatMessage.of("user", prompt));
    }
    if (all.get(all.size() - 1).answers()) {
      throw new PalimpsestException(
          messages + " ends with an answer; add a message of the user, or --prompt");
    }
    return all;
  }

  private static List<ChatMessage> read(Path file) {
    JsonNode json;
    try {
      json = StrictJson.parse(file + ": malformed: ", StrictJson.bytes(file, MAX_BYTES));
    } catch (IOException e) {
      throw new PalimpsestException(file + ": cannot be read: " + IoReason.of(e), e);
    }
    Object record = json.isArray() ? Map.of("messages", values(json)) : values(json);
    if (!(record instanceof Map<?, ?>)) {
      throw new PalimpsestException(
          file + " must be an array of messages, or an object with 'messages'");
    }
    try {
      @SuppressWarnings("unchecked") // keys of JSON are texts
      Map<String, Object> values = (Map<String, Object>) record;
      return ChatMessage.of(DataRecord.of(values));
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ": " + e.getMessage(), e);
    }
  }

  private static Object values(JsonNode json) {
    return JSON.convertValue(json, new TypeReference<Object>() {});
  }
}
