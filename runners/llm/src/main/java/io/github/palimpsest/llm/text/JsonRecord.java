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
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.layout.BadRecordException;
import io.github.palimpsest.llm.layout.Columns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A record of a data file with its place.
 *
 * @param origin {@code file:line}, or the row of a table
 * @param number its index in the file, from 0
 * @param node the object
 */
public record JsonRecord(String origin, int number, JsonNode node) {
  /**
   * Makes parsers of records. A text may have any length, since the record is in memory before it
   * is parsed. Nesting, names and numbers have Jackson's limits.
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
      throw new BadRecordException(origin + ": a record must be a JSON object, not " + kind(node));
    }
    try {
      StrictJson.requireUnicode(origin + ": ", node);
    } catch (PalimpsestException e) {
      throw new BadRecordException(String.valueOf(e.getMessage()), e);
    }
    return new JsonRecord(origin, number, node);
  }

  /**
   * The error for a record that cannot be parsed.
   *
   * @param line the line on which the record begins
   * @param column the length of that line before the record
   */
  static PalimpsestException broken(Path file, int line, int column, JacksonException e) {
    JsonLocation at = e.getLocation();
    String why = StrictJson.why(e);
    if (at == null) {
      return new BadRecordException(file + ":" + line + ": not JSON: " + why, e);
    }
    int skipped = at.getLineNr() == 1 ? column : 0;
    return new BadRecordException(
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

  /** The record with the keys of its format in place of its columns. */
  public JsonRecord renamed(Columns columns) {
    return columns.none() ? this : new JsonRecord(origin, number, columns.renamed(node));
  }

  /** The values by key: texts, numbers, truth values, lists, maps and null. */
  public Map<String, @Nullable Object> values() {
    return fields(node);
  }

  /** The values of the record, for a format. */
  public DataRecord data() {
    return DataRecord.of(fields(node));
  }

  /**
   * Reads the record in a format.
   *
   * @throws PalimpsestException if the format cannot read the record (the message starts with file
   *     and line), or does not give the kind of example that it declares
   */
  public TextExample read(DataFormat format) {
    return read(format, data(), origin);
  }

  /** As {@link #read(DataFormat)}, for values with an origin. */
  static TextExample read(DataFormat format, DataRecord data, String origin) {
    TextExample example;
    try {
      example = format.read(data);
    } catch (PalimpsestException e) {
      throw new BadRecordException(origin + ": " + e.getMessage(), e);
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

  /** The type of a value, in words. */
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
