package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * A record of a data file that knows where it stands.
 *
 * @param origin {@code file:line}, or the row of a table
 * @param number its place in the file, from 0
 * @param node the object
 */
public record JsonRecord(String origin, int number, JsonNode node) {
  /**
   * Of records, whose texts may be as long as their file has them: what is read of it is in memory
   * before it is parsed. Nesting, names and numbers have Jackson's limits.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final ObjectMapper JSON =
      JsonMapper.builder(FACTORY.copy())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final ObjectReader LINE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Parses one record. */
  static JsonRecord of(String origin, int number, String text) throws JacksonException {
    JsonNode node = LINE.readTree(text);
    if (!node.isObject()) {
      throw new PalimpsestException(origin + ": a record must be a JSON object, not " + kind(node));
    }
    return new JsonRecord(origin, number, node);
  }

  /**
   * A record that cannot be parsed.
   *
   * @param line where it begins
   * @param column how much of that line is before it
   */
  static PalimpsestException broken(Path file, int line, int column, JacksonException e) {
    JsonLocation at = e.getLocation();
    String why = e.getOriginalMessage().lines().findFirst().orElse("broken");
    if (at == null) {
      return new PalimpsestException(file + ":" + line + ": not JSON: " + why, e);
    }
    int skipped = at.getLineNr() == 1 ? column : 0;
    return new PalimpsestException(
        file
            + ":"
            + (line + at.getLineNr() - 1)
            + ": not JSON: "
            + why
            + " (column "
            + (skipped + at.getColumnNr())
            + ")",
        e);
  }

  /** The keys, sorted. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /**
   * The text of a key.
   *
   * @throws PalimpsestException if it is missing or no text
   */
  public String text(String key) {
    JsonNode value = required(key);
    if (!value.isTextual()) {
      throw new PalimpsestException(
          origin + ": key '" + key + "' must be text, not " + kind(value));
    }
    return value.textValue();
  }

  /** The text of a key, empty where the key is missing or null. */
  String textOrEmpty(String key) {
    return node.hasNonNull(key) ? text(key) : "";
  }

  /**
   * The value of a key.
   *
   * @throws PalimpsestException if there is none; names the keys that there are
   */
  public JsonNode required(String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      Set<String> keys = keys();
      keys.remove(key);
      String near = NearestName.of(key, keys).map(n -> "; did '" + n + "' mean it?").orElse("");
      throw new PalimpsestException(
          origin
              + (node.has(key) ? ": key '" + key + "' is null" : ": key '" + key + "' is missing")
              + "; found "
              + (keys.isEmpty() ? "no other key" : String.join(", ", keys))
              + near);
    }
    return value;
  }

  /** What a value is, in words. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case BOOLEAN -> "a truth value";
      case NUMBER -> "a number";
      case STRING -> "text";
      default -> "null";
    };
  }
}
