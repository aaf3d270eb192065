package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The content of a {@code tokenizer.json}, checked before native code receives it.
 *
 * @param file its name in messages
 * @param tree the JSON
 */
record TokenizerJson(Path file, JsonNode tree) {
  /**
   * Reads and checks the content.
   *
   * @throws PalimpsestException if it is not strict JSON, has no vocabulary, has an id below 0 or
   *     of at least 2^31 - 1, or has a tokenizer that draws at random
   */
  static TokenizerJson of(Path file, byte[] json) {
    TokenizerJson read = new TokenizerJson(file, StrictJson.parse(file + " is not JSON: ", json));
    if (!read.tree.isObject()) {
      throw new PalimpsestException(file + ": is not a JSON object");
    }
    read.largestId();
    JsonNode dropout = read.tree.path("model").path("dropout");
    if (dropout.isNumber() && dropout.asDouble() != 0) {
      throw new PalimpsestException(
          file
              + ": 'dropout' of the model is "
              + dropout
              + ", which makes the tokens of a text random; it must be null or 0");
    }
    return read;
  }

  /**
   * One more than the largest id, added tokens included.
   *
   * @throws PalimpsestException if there is no token
   */
  int size() {
    int largest = largestId();
    if (largest < 0) {
      throw new PalimpsestException(file + " has no vocabulary");
    }
    return largest + 1;
  }

  private int largestId() {
    int largest = -1;
    JsonNode vocabulary = vocabulary();
    if (vocabulary.isArray()) {
      largest = vocabulary.size() - 1;
    } else {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id(id));
      }
    }
    for (JsonNode added : tree.path("added_tokens")) {
      largest = Math.max(largest, id(added.path("id")));
    }
    return largest;
  }

  /** The id of an added token or of a token in the vocabulary. */
  OptionalInt idOf(String token) {
    for (JsonNode added : tree.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return OptionalInt.of(id(added.path("id")));
      }
    }
    JsonNode vocabulary = vocabulary();
    if (vocabulary.isArray()) {
      for (int i = 0; i < vocabulary.size(); i++) {
        if (vocabulary.get(i).path(0).asText().equals(token)) {
          return OptionalInt.of(i);
        }
      }
      return OptionalInt.empty();
    }
    return vocabulary.has(token) ? OptionalInt.of(id(vocabulary.get(token))) : OptionalInt.empty();
  }

  JsonNode vocabulary() {
    return tree.path("model").path("vocab");
  }

  private int id(JsonNode id) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.asInt() < 0
        || id.asInt() == Integer.MAX_VALUE) {
      throw new PalimpsestException(
          file
              + ": a token has the id "
              + (id.isMissingNode() ? "none" : id)
              + "; it must be a whole number from 0 to "
              + (Integer.MAX_VALUE - 1));
    }
    return id.asInt();
  }
}
