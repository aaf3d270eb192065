package io.github.palimpsest.serve;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.llm.format.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a request asks of a model.
 *
 * @param chat whether it is a conversation
 * @param prompts the tokens of each prompt
 * @param wish how they are continued
 */
record Requests(ServedModel model, boolean chat, List<int[]> prompts, Wish wish) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_NEW_TOKENS = 16;

  /** A request for completions. Token ids are taken as they are; strings as the tokenizer does. */
  static Requests completion(Models models, Limits limits, byte[] body) {
    Fields fields = Fields.parse(body);
    ServedModel model = models.of(fields);
    List<int[]> prompts = prompts(model, fields);
    boolean logprobs = fields.has("logprobs");
    int most = Math.min(Wish.MAX_TOP, model.vocabulary());
    Wish wish =
        Wish.of(
            fields,
            fields.whole(
                "max_tokens",
                Math.min(DEFAULT_NEW_TOKENS, limits.newTokens()),
                0,
                limits.newTokens()),
            fields.whole("logprobs", 0, 0, most),
            logprobs,
            fields.flag("echo"));
    prompts.forEach(ids -> check(model, ids, wish.newTokens()));
    return new Requests(model, false, prompts, wish);
  }

  /** A request for the answer in a conversation. */
  static Requests chat(Models models, Limits limits, byte[] body) {
    Fields fields = Fields.parse(body);
    ServedModel model = models.of(fields);
    int[] ids = model.ids(messages(fields));
    String key = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    int left = Math.max(1, Math.min(limits.newTokens(), model.positions() - ids.length));
    boolean logprobs = fields.flag("logprobs");
    int top = fields.whole("top_logprobs", 0, 0, Math.min(Wish.MAX_TOP, model.vocabulary()));
    if (top > 0 && !logprobs) {
      throw RequestException.bad("'top_logprobs' needs 'logprobs'");
    }
    Wish wish =
        Wish.of(fields, fields.whole(key, left, 0, limits.newTokens()), top, logprobs, false);
    check(model, ids, wish.newTokens());
    return new Requests(model, true, List.of(ids), wish);
  }

  private static List<ChatMessage> messages(Fields fields) {
    if (!fields.get("messages").isArray()) {
      throw RequestException.bad("'messages' must be an array of messages");
    }
    List<ChatMessage> messages;
    try {
      messages =
          ChatMessage.of(
              DataRecord.of(
                  Map.of(
                      "messages",
                      JSON.convertValue(
                          fields.get("messages"), new TypeReference<List<Object>>() {}))));
    } catch (PalimpsestException e) {
      throw RequestException.bad(String.valueOf(e.getMessage()));
    }
    if (messages.get(messages.size() - 1).answers()) {
      throw RequestException.bad("'messages' ends with an answer; the last must be of the user");
    }
    return messages;
  }

  private static List<int[]> prompts(ServedModel model, Fields fields) {
    JsonNode prompt = fields.get("prompt");
    if (prompt.isTextual()) {
      return List.of(model.tokenizer().prompt(prompt.textValue()));
    }
    if (!prompt.isArray() || prompt.isEmpty()) {
      throw RequestException.bad(
          "'prompt' must be a string, an array of strings, of tokens, or of arrays of tokens");
    }
    if (prompt.get(0).isNumber()) {
      return List.of(Fields.ids("prompt", prompt));
    }
    List<int[]> all = new ArrayList<>();
    for (JsonNode each : prompt) {
      if (each.getNodeType() != prompt.get(0).getNodeType()
          || !each.isTextual() && !each.isArray()) {
        throw RequestException.bad(
            "'prompt' must have strings only, tokens only, or arrays of tokens only");
      }
      all.add(
          each.isTextual()
              ? model.tokenizer().prompt(each.textValue())
              : Fields.ids("prompt", each));
    }
    return all;
  }

  private static void check(ServedModel model, int[] ids, int newTokens) {
    if (ids.length == 0) {
      throw RequestException.bad("'prompt' has no token");
    }
    // the last token of an answer is never read, so a full context can have one
    if (ids.length > model.positions()
        || newTokens > 1 && (long) ids.length + newTokens > model.positions()) {
      throw RequestException.bad(
          ("the prompt has %d tokens and the answer may have %d, but the context of model '%s' has"
                  + " %d; a client with a setting such as max_length (2048 in"
                  + " lm-evaluation-harness) needs max_length=%d")
              .formatted(
                  ids.length, newTokens, model.name(), model.positions(), model.positions()));
    }
    for (int id : ids) {
      if (id < 0 || id >= model.tokenizer().vocabularySize()) {
        throw RequestException.bad(
            "'prompt' has the token %d; those of model '%s' are from 0 to %d"
                .formatted(id, model.name(), model.tokenizer().vocabularySize() - 1));
      }
    }
  }
}
