package io.github.palimpsest.llm.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.format.ChatRenderer;
import io.github.palimpsest.llm.jinja.Rendered;
import io.github.palimpsest.llm.jinja.Template;
import io.github.palimpsest.llm.jinja.TemplateException;
import io.github.palimpsest.storage.Sha256Sums;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A chat template, which writes conversations as {@code apply_chat_template} does. */
public final class ChatTemplate implements ChatRenderer {
  private static final String PROBE = "\uE000part\uE001";

  private final Template template;
  private final Map<String, String> tokens;
  private final LocalDate date;
  private final String sha256;
  private final boolean readsParts;

  private ChatTemplate(
      Template template, Map<String, String> tokens, LocalDate date, String sha256) {
    this.template = template;
    this.tokens = Map.copyOf(tokens);
    this.date = date;
    this.sha256 = sha256;
    this.readsParts = readsParts();
  }

  /**
   * Reads a template.
   *
   * @param name its name in messages
   * @param tokens the texts of the special tokens, by key, such as {@code bos_token}
   * @param date the date of {@code strftime_now}
   * @throws PalimpsestException if the template is malformed; names the line
   */
  public static ChatTemplate parse(
      String name, String source, Map<String, String> tokens, LocalDate date) {
    return new ChatTemplate(
        Template.parse(name, source), tokens, date, Sha256Sums.hex(source.getBytes(UTF_8)));
  }

  /**
   * A date as {@code 2024-07-26}.
   *
   * @throws PalimpsestException if it is none
   */
  public static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new PalimpsestException(
          "'" + text + "' is not a date as 2024-07-26, for the chat template", e);
    }
  }

  /** The hash of the template's text. */
  public String sha256() {
    return sha256;
  }

  /** The date of {@code strftime_now}. */
  public LocalDate date() {
    return date;
  }

  /** The text of a special token, such as {@code eos_token}; empty if there is none. */
  String token(String key) {
    return tokens.getOrDefault(key, "");
  }

  /** Whether the template marks what a model generates. */
  public boolean marksGeneration() {
    return template.marksGeneration();
  }

  /**
   * Whether the template reads a content of several parts, as found with a message of one part. To
   * other templates the parts are given as one text.
   */
  private boolean readsParts() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "user");
    message.put("content", List.of(Map.of("type", "text", "text", PROBE)));
    try {
      String text = render(List.of(message), false).text();
      int at = text.indexOf(PROBE);
      return at == 0 || at > 0 && "'\"".indexOf(text.charAt(at - 1)) < 0;
    } catch (TemplateException e) {
      return false;
    }
  }

  /**
   * Writes a conversation.
   *
   * @param prompt whether the beginning of an answer follows, to be continued by the model
   * @throws PalimpsestException if the template refuses it
   */
  public Rendered render(List<ChatMessage> messages, boolean prompt) {
    List<Map<String, Object>> values = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> copy = new LinkedHashMap<>(message.values());
      if (!readsParts) {
        copy.put("content", message.text());
      }
      alias(copy);
      values.add(copy);
    }
    try {
      return render(values, prompt);
    } catch (TemplateException e) {
      throw e.isRaised()
          ? new PalimpsestException("the chat template refuses the chat: " + e.what(), e)
          : e;
    }
  }

  /** The reasoning of a message goes by several names, as in transformers. */
  private static void alias(Map<String, Object> message) {
    for (String key : List.of("reasoning_content", "thinking", "reasoning")) {
      Object reasoning = message.get(key);
      if (reasoning != null) {
        message.putIfAbsent("thinking", reasoning);
        message.put("reasoning_content", reasoning);
        return;
      }
    }
  }

  private Rendered render(Object messages, boolean prompt) {
    Map<String, Object> values = new HashMap<>(tokens);
    values.put("messages", messages);
    values.put("add_generation_prompt", prompt);
    values.put("tools", null);
    values.put("documents", null);
    return template.render(values, date);
  }

  @Override
  public String toString() {
    return "sha256 " + sha256;
  }

  @Override
  public TextExample example(List<ChatMessage> messages) {
    return new ChatTurns(this, messages).example();
  }
}
