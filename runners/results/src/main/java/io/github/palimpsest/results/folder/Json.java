package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON for programs: printed by commands, embedded in reports and sent to servers. */
public final class Json {
  /** Keys in snake case; a number that is not finite is null. */
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new NotANumber())
          .build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The object of a record, with its components as keys in snake case. */
  public static ObjectNode object(Object content) {
    return MAPPER.valueToTree(content);
  }

  /** An empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** An array of numbers; a number that is not finite becomes null, since JSON has none. */
  public static ArrayNode array(double[] values) {
    ArrayNode array = array();
    for (double v : values) {
      if (Double.isFinite(v)) {
        array.add(v);
      } else {
        array.addNull();
      }
    }
    return array;
  }

  /** The tree of a record, or of lists and maps of them. */
  public static JsonNode tree(Object content) {
    return MAPPER.valueToTree(content);
  }

  /**
   * Reads a record; keys without a component are ignored.
   *
   * @throws JsonProcessingException if the text is not JSON, or not the JSON of such a record
   */
  public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(text, type);
  }

  /** What is wrong with a text, in the parser's words without those that are for its programmer. */
  public static String why(JsonProcessingException e) {
    return e.getOriginalMessage().replaceAll("(?s) \\(start marker at .*|\\n.*", "");
  }

  /** The indented text. */
  public static String text(JsonNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes always has a text", e);
    }
  }
}
