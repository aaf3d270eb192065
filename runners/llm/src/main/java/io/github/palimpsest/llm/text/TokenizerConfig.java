package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads and checks the tokens in {@code tokenizer_config.json} and the files around it. */
public final class TokenizerConfig {
  private static final String ADDED = "added_tokens_decoder";
  private static final List<String> SPECIAL =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

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

  /** The texts of the special tokens of a folder, by key; those that there are. */
  public static Map<String, String> tokens(Path folder) {
    JsonNode config = optional(folder.resolve("tokenizer_config.json"));
    JsonNode map = optional(folder.resolve("special_tokens_map.json"));
    Map<String, String> tokens = new TreeMap<>();
    for (String key : SPECIAL) {
      String token = token(config, map, key);
      if (!token.isEmpty()) {
        tokens.put(key, token);
      }
    }
    return tokens;
  }

  static JsonNode optional(Path file) {
    return Files.isRegularFile(file) ? StrictJson.object(file) : MissingNode.getInstance();
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
