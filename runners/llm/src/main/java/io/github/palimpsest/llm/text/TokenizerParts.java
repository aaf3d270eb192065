package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Recognises tokenizers with only well-known parts. The native library ends the whole process if it
 * meets something unexpected. It is known not to do so for the parts listed here with the values
 * allowed here.
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

  /** Whether the native library may read this in a process that other work depends on. */
  static boolean wellKnown(JsonNode tree) {
    for (String kind : LISTS.keySet()) {
      if (!wellKnown(kind, tree.path(kind))) {
        return false;
      }
    }
    // a merge cuts such a prefix off the second token by its length alone, at any place
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
