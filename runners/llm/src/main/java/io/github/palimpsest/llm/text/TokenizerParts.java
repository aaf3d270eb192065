package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Tells tokenizers whose parts are all well known from others. The native library ends the whole
 * process where it meets what it does not expect; of the parts listed here with the values allowed
 * here it is known that it does not.
 */
final class TokenizerParts {
  private static final int LONGEST_PATTERN = 4096;

  /** Lists of parts, by the key that holds the list. */
  private static final Map<String, String> LISTS =
      Map.of(
          "normalizer", "normalizers",
          "pre_tokenizer", "pretokenizers",
          "post_processor", "processors",
          "decoder", "decoders");

  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "normalizer",
          Set.of(
              "BertNormalizer",
              "Lowercase",
              "NFC",
              "NFD",
              "NFKC",
              "NFKD",
              "Prepend",
              "Replace",
              "Strip",
              "StripAccents"),
          "pre_tokenizer",
          Set.of(
              "BertPreTokenizer",
              "ByteLevel",
              "Digits",
              "Metaspace",
              "Punctuation",
              "Split",
              "Whitespace",
              "WhitespaceSplit"),
          "post_processor",
          Set.of("BertProcessing", "ByteLevel", "RobertaProcessing", "TemplateProcessing"),
          "decoder",
          Set.of(
              "BPEDecoder",
              "ByteFallback",
              "ByteLevel",
              "Fuse",
              "Metaspace",
              "Replace",
              "Strip",
              "WordPiece"));

  private TokenizerParts() {}

  /** Whether the native library may read this in the process that others depend on. */
  static boolean wellKnown(JsonNode tree) {
    for (String kind : LISTS.keySet()) {
      if (!wellKnown(kind, tree.path(kind))) {
        return false;
      }
    }
    // merges cut such a prefix off the second token by its length, wherever that falls
    JsonNode prefix = tree.path("model").path("continuing_subword_prefix");
    return !tree.path("model").has("merges") || prefix.isNull() || prefix.asText("").isEmpty();
  }

  private static boolean wellKnown(String kind, JsonNode part) {
    if (part.isMissingNode() || part.isNull()) {
      return true;
    }
    String type = part.path("type").asText();
    if (type.equals("Sequence")) {
      JsonNode list = part.path(LISTS.get(kind));
      for (JsonNode p : list) {
        if (!wellKnown(kind, p)) {
          return false;
        }
      }
      return list.isArray();
    }
    return KNOWN.get(kind).contains(type)
        && pattern(part.path("pattern"))
        && (!type.equals("TemplateProcessing") || defined(part));
  }

  private static boolean pattern(JsonNode pattern) {
    String text = pattern.path("String").asText() + pattern.path("Regex").asText();
    return pattern.isMissingNode() || !text.isEmpty() && text.length() <= LONGEST_PATTERN;
  }

  /** Whether a template names only special tokens that it defines. */
  private static boolean defined(JsonNode template) {
    for (String form : new String[] {"single", "pair"}) {
      JsonNode pieces = template.path(form);
      if (!pieces.isArray()) {
        return false;
      }
      for (JsonNode piece : pieces) {
        JsonNode special = piece.path("SpecialToken");
        if (special.isObject()
            && !template.path("special_tokens").has(special.path("id").asText())) {
          return false;
        }
      }
    }
    return true;
  }
}
