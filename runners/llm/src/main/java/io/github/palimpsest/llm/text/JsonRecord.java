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
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

  /** Its values, for a format. */
  public DataRecord data() {
    return DataRecord.of(fields(node));
  }

  /**
   * What the record means in a format.
   *
   * @throws PalimpsestException if the format cannot read it, after file and line; or if it gives
   *     something else than it says
   */
  public TextExample read(DataFormat format) {
    return read(format, data(), origin);
  }

  /** As {@link #read(DataFormat)}, of values that stand somewhere. */
  static TextExample read(DataFormat format, DataRecord data, String origin) {
    TextExample example;
    try {
      example = format.read(data);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(origin + ": " + e.getMessage(), e);
    }
    if (example.gives() != format.gives()) {
      throw new PalimpsestException(
          origin + ": the format says that it gives " + format.gives() + " and gives " + example);
    }
    return example;
  }

  private static Map<String, @Nullable Object> fields(JsonNode object) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    object.properties().forEach(e -> fields.put(e.getKey(), value(e.getValue())));
    return fields;
  }

  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(value(item)));
        yield items;
      }
      case OBJECT -> fields(node);
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.numberValue();
      case STRING -> node.textValue();
      default -> null;
    };
  }

  /** What a value is, in words. */
  private static String kind(JsonNode node) {
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
