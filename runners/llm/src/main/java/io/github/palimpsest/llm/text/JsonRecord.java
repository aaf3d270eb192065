package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final ObjectReader LINE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * All objects of a text: the elements of an array, or one a line.
   *
   * @throws PalimpsestException if there is none, or a record is no JSON object; names file and
   *     line
   */
  static List<JsonRecord> parse(Path file, String text) {
    List<JsonRecord> records =
        text.stripLeading().startsWith("[") ? array(file, text) : lines(file, text);
    if (records.isEmpty()) {
      throw new PalimpsestException(file + " has no records");
    }
    return records;
  }

  private static List<JsonRecord> lines(Path file, String text) {
    List<JsonRecord> records = new ArrayList<>();
    int line = 0;
    for (String content : text.split("\n", -1)) {
      line++;
      if (content.isBlank()) {
        continue;
      }
      String origin = file + ":" + line;
      try {
        records.add(object(origin, records.size(), LINE.readTree(content)));
      } catch (JacksonException e) {
        throw broken(origin, e);
      }
    }
    return records;
  }

  private static List<JsonRecord> array(Path file, String text) {
    List<JsonRecord> records = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String origin = file + ":" + parser.currentTokenLocation().getLineNr();
        records.add(object(origin, records.size(), JSON.readTree(parser)));
      }
      if (parser.nextToken() != null) {
        throw new PalimpsestException(
            file
                + ":"
                + parser.currentTokenLocation().getLineNr()
                + ": there is more after the end of the array");
      }
    } catch (JacksonException e) {
      throw broken(file + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()), e);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + Utf8Text.reason(e), e);
    }
    return records;
  }

  private static JsonRecord object(String origin, int number, JsonNode node) {
    if (!node.isObject()) {
      throw new PalimpsestException(origin + ": a record must be a JSON object, not " + kind(node));
    }
    return new JsonRecord(origin, number, node);
  }

  private static PalimpsestException broken(String origin, JacksonException e) {
    String column =
        e.getLocation() == null ? "" : " (column " + e.getLocation().getColumnNr() + ")";
    String why = e.getOriginalMessage().lines().findFirst().orElse("broken");
    return new PalimpsestException(origin + ": not JSON: " + why + column, e);
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
