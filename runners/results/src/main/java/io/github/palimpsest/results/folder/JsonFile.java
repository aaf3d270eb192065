package io.github.palimpsest.results.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.NewFile;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.SafeMove;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON files of an output folder. Their bytes depend on their content alone. They appear complete
 * or not at all. A checksum in the file or in the folder's {@link Sha256Sums} shows whether it has
 * changed.
 */
public final class JsonFile {
  private static final ObjectMapper JSON = Json.MAPPER;
  private static final String ROWS = "rows";
  private static final String SEAL = ",\n  \"checksum\" : \"";
  private static final String END = "\n}\n";
  private static final int SHA256_LENGTH = 64;

  private JsonFile() {}

  /**
   * Writes a file under a temporary name, syncs it and renames it.
   *
   * @param content a record of this package, or an object
   * @throws OutputException if it cannot be written; nothing is left behind then
   */
  public static void write(Path file, Object content) {
    write(file, bytes(Json.tree(content)), true);
  }

  /**
   * Writes a file that no {@link Sha256Sums} lists: its last field is the SHA-256 of all bytes
   * before it.
   *
   * @param content a record of this package, or an object
   * @throws OutputException if it cannot be written; nothing is left behind then
   */
  public static void writeSealed(Path file, Object content) {
    write(file, sealed(content), true);
  }

  private static byte[] sealed(Object content) {
    byte[] body = bytes(Json.tree(content));
    String text = new String(body, 0, body.length - END.length(), UTF_8);
    return (text + seal(text)).getBytes(UTF_8);
  }

  /** Writes data of no use after a crash, without a checksum and without waiting for the disk. */
  public static void writeUnsynced(Path file, Object content) {
    write(file, bytes(Json.tree(content)), false);
  }

  /** Replaces a file of a folder with {@link Sha256Sums}, which match the file at every moment. */
  public static void replace(Path file, Object content) {
    Path folder = file.toAbsolutePath().getParent();
    byte[] bytes = bytes(Json.tree(content));
    try {
      Sha256Sums.announce(folder, file.getFileName().toString(), bytes);
      write(file, bytes, true);
      Optional<Sha256Sums> sums = Sha256Sums.of(folder);
      if (sums.isPresent()) {
        Sha256Sums.write(folder, sums.get().names());
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private static String seal(String text) {
    return SEAL + Sha256Sums.hex(text.getBytes(UTF_8)) + "\"" + END;
  }

  private static byte[] bytes(JsonNode content) {
    try {
      byte[] json =
          JSON.writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()))
              .writeValueAsBytes(content);
      byte[] line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  /**
   * Writes a file with a checksum unless it exists, see {@link NewFile}; does not wait for the
   * disk.
   *
   * @return whether this call wrote it
   * @throws OutputException if it cannot be written
   */
  public static boolean writeNew(Path file, Object content) {
    return NewFile.write(file, sealed(content), false, NewFile.Otherwise.CREATE);
  }

  private static void write(Path file, byte[] text, boolean synced) {
    Path part = NewFile.part(file); // two runs may write one file at the same time
    try {
      NewFile.write(part, text, synced, Set.of(CREATE, TRUNCATE_EXISTING, WRITE));
      if (synced) {
        SafeMove.replace(part, file);
      } else {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      Folders.deleteQuietly(part);
      throw new OutputException(file, e);
    }
  }

  /** Requires a field of a file; a file without it is refused as damaged. */
  static <T> T required(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  /** An immutable copy of a list; empty if a file has none. */
  static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /**
   * An immutable copy of a map in its order; empty if a file has none. A file with a null value is
   * refused as damaged.
   */
  static <V> Map<String, V> map(@Nullable Map<String, V> map) {
    if (map == null) {
      return Map.of();
    }
    map.forEach((key, value) -> required(value, key));
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** An immutable copy of numbers in their order, NaN for null; empty if a file has none. */
  static Map<String, Double> numbers(@Nullable Map<String, Double> numbers) {
    LinkedHashMap<String, Double> copy = new LinkedHashMap<>();
    if (numbers != null) {
      numbers.forEach((k, v) -> copy.put(k, v == null ? Double.NaN : v));
    }
    return Collections.unmodifiableMap(copy);
  }

  /**
   * Reads a file.
   *
   * @param type a record of this package
   * @throws DamagedFileException if it has changed since it was written
   * @throws PalimpsestException if it cannot be read; the message names it
   */
  public static <T> T read(Path file, Class<T> type) {
    return of(file, read(file), JSON.constructType(type));
  }

  private static <T> T of(Path file, JsonNode content, JavaType type) {
    try {
      return JSON.<T>treeToValue(content, type);
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
              .collect(Collectors.joining("."));
      String how =
          e.getCause() instanceof IllegalArgumentException missing
              ? missing.getMessage()
              : "'" + field + "' holds something else";
      throw new DamagedFileException(file, how);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new DamagedFileException(file, "it holds something else");
    }
  }

  /**
   * Reads a file that {@link #writeRows} wrote.
   *
   * @throws DamagedFileException if it has changed since it was written
   * @throws PalimpsestException if it cannot be read; the message names it
   */
  public static List<SortedMap<String, CellResult.Row>> readRows(Path file) {
    ScoreRows content = of(file, readSealed(file), JSON.constructType(ScoreRows.class));
    return content.rows();
  }

  /** Writes rows of scores, with a checksum, unless they exist; returns whether it did. */
  public static boolean writeRows(Path file, List<SortedMap<String, CellResult.Row>> rows) {
    ObjectNode content = Json.object();
    content.set(ROWS, Json.tree(rows));
    return NewFile.write(file, sealed(content), true, NewFile.Otherwise.RENAME);
  }

  /**
   * Reads a file of an output folder, and compares it with its checksum if there is one.
   *
   * @throws DamagedFileException if it has changed since it was written
   * @throws PalimpsestException if it cannot be read; the message names it
   */
  public static ObjectNode read(Path file) {
    return read(file, false);
  }

  /** Reads a file that {@link #writeSealed} wrote; a file without a checksum is damaged. */
  public static ObjectNode readSealed(Path file) {
    return read(file, true);
  }

  private static ObjectNode read(Path file, boolean sealed) {
    try {
      byte[] bytes = Sha256Sums.read(file);
      if (!(JSON.readTree(bytes) instanceof ObjectNode object)) {
        throw new DamagedFileException(file, "it holds no JSON object");
      }
      requireSeal(file, object, new String(bytes, UTF_8), sealed);
      return object;
    } catch (JsonProcessingException e) {
      throw new DamagedFileException(file, "it is not JSON: " + Json.why(e));
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /**
   * Whether a file exists, or existed according to a checksum. Reading a missing file with a
   * checksum fails with a message that names the file.
   */
  public static boolean isThere(Path file) {
    try {
      return Files.exists(file) || Sha256Sums.lists(file);
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Recognises a checksum by its form and place, so that damage to its key is detected too. */
  private static void requireSeal(Path file, ObjectNode object, String text, boolean sealed) {
    @Nullable String last = null;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      last = looksLikeSha256(field.getValue().asText()) ? field.getKey() : null;
    }
    if (last == null && sealed) {
      throw new DamagedFileException(file, "it has no checksum");
    }
    if (last == null) {
      return;
    }
    int end = text.length() - seal("").length();
    if (end < 0 || !text.endsWith(seal(text.substring(0, end)))) {
      throw new DamagedFileException(file, "its checksum differs");
    }
    object.remove(last);
  }

  private static boolean looksLikeSha256(String text) {
    return text.length() == SHA256_LENGTH
        && text.chars().filter(c -> Character.digit(c, 16) < 0).count() <= 1;
  }
}
