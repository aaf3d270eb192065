package io.github.palimpsest.ablation;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON files whose bytes depend on their content alone, and which appear whole or not at all. */
final class JsonFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new NotANumber())
          .build();

  private JsonFile() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static ArrayNode array() {
    return JSON.createArrayNode();
  }

  static JsonNode text(String value) {
    return JSON.getNodeFactory().textNode(value);
  }

  /** An array of numbers; what is not finite has no JSON and becomes null. */
  static ArrayNode array(double[] values) {
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

  /** The numbers of an array; null reads as NaN. */
  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).isNull() ? Double.NaN : array.get(i).asDouble();
    }
    return values;
  }

  /**
   * Writes a file under a temporary name, syncs and renames it.
   *
   * @throws OutputException if it cannot be written; nothing is left behind then
   */
  static void write(Path file, JsonNode content) {
    write(file, content, true, false);
  }

  /** The same for the user's eyes alone. */
  static void writePrivate(Path file, Object record) {
    JsonNode content = JSON.valueToTree(record);
    write(file, content, true, true);
  }

  /** The same without waiting for the disk, for what means nothing after a crash. */
  static void writeUnsynced(Path file, JsonNode content) {
    write(file, content, false, false);
  }

  private static void write(Path file, JsonNode content, boolean synced, boolean hidden) {
    // two runs may write one file at the same time; each has its own part of it
    String owner = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path part = file.resolveSibling("." + file.getFileName() + "." + owner + ".part");
    try {
      byte[] text =
          JSON.writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()))
              .writeValueAsBytes(content);
      try (FileChannel channel =
          FileChannel.open(
              part,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE),
              hidden ? Private.file(part.toAbsolutePath().getParent()) : new FileAttribute<?>[0])) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        if (synced) {
          channel.force(true);
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Folders.deleteQuietly(part);
      throw new OutputException(file, e);
    }
  }

  /** A copy of a list that cannot change; empty where a file has none. */
  static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /** A copy of a map in its order that cannot change; empty where a file has none. */
  static <V> Map<String, V> map(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** The tree of a record of this package, or of lists and maps of them. */
  static JsonNode tree(Object content) {
    return JSON.valueToTree(content);
  }

  /**
   * Reads a file.
   *
   * @param type a record of this package
   * @throws PalimpsestException if it cannot be read or holds something else; names it
   */
  static <T> T read(Path file, Class<T> type) {
    return read(file, JSON.constructType(type));
  }

  private static <T> T read(Path file, JavaType type) {
    try {
      T content = JSON.readValue(Files.readAllBytes(file), type);
      if (content == null) {
        throw new PalimpsestException("'" + file + "' cannot be read: it holds nothing");
      }
      return content;
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file of rows of scores.
   *
   * @throws PalimpsestException if it cannot be read or holds something else; names it
   */
  static List<SortedMap<String, CellResult.Row>> readRows(Path file) {
    TypeFactory types = JSON.getTypeFactory();
    return read(
        file,
        types.constructCollectionType(
            List.class, types.constructMapType(TreeMap.class, String.class, CellResult.Row.class)));
  }

  /**
   * Writes a record of this package as {@link #write(Path, JsonNode)} does.
   *
   * @throws OutputException if it cannot be written; nothing is left behind then
   */
  static void write(Path file, Object content) {
    write(file, JSON.<JsonNode>valueToTree(content));
  }

  /**
   * Reads a file.
   *
   * @throws PalimpsestException if it cannot be read or is not JSON; names it
   */
  static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
