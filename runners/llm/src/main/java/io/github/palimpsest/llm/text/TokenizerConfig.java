package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads and checks the tokens in {@code tokenizer_config.json} and the files around it. */
final class TokenizerConfig {
  private static final String ADDED = "added_tokens_decoder";

  private TokenizerConfig() {}

  /**
   * The text of a special token, or an empty text. As in transformers, {@code
   * special_tokens_map.json} takes precedence over {@code tokenizer_config.json} if the latter
   * lists no added tokens.
   *
   * @param config {@code tokenizer_config.json}
   * @param map {@code special_tokens_map.json}
   */
  static String token(JsonNode config, JsonNode map, String key) {
    JsonNode named = config.has(ADDED) || !map.has(key) ? config.path(key) : map.path(key);
    JsonNode token = named.isObject() ? named.path("content") : named;
    return token.isTextual() ? token.textValue() : "";
  }

  /**
   * Checks that the configuration does not change the tokens of {@code tokenizer.json}.
   *
   * @throws PalimpsestException if it splits special tokens, or has a token that {@code
   *     tokenizer.json} lacks or has with another id
   */
  static void check(TokenizerJson json, JsonNode config) {
    if (config.path("split_special_tokens").asBoolean(false)) {
      throw new PalimpsestException(
          json.file().resolveSibling("tokenizer_config.json")
              + ": 'split_special_tokens' is true, which is not supported");
    }
    for (Map.Entry<String, JsonNode> added : config.path(ADDED).properties()) {
      require(json, ADDED, added.getValue(), added.getKey());
    }
    for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
      if (config.path(key).isArray()) {
        config.path(key).forEach(token -> require(json, key, token, ""));
      }
    }
  }

  /**
   * @param id the required id; empty for any
   */
  private static void require(TokenizerJson json, String key, JsonNode token, String id) {
    String text = token.isObject() ? token.path("content").asText() : token.asText();
    OptionalInt found = json.idOf(text);
    if (found.isEmpty() || !id.isEmpty() && !id.equals(Integer.toString(found.getAsInt()))) {
      throw new PalimpsestException(
          json.file().resolveSibling("tokenizer_config.json")
              + ": '"
              + key
              + "' has the token '"
              + text
              + (id.isEmpty() ? "'" : "' with the id " + id)
              + ", but "
              + json.file().getFileName()
              + (found.isEmpty() ? " lacks it" : " has it with the id " + found.getAsInt()));
    }
  }
}
