package io.github.palimpsest.ablation;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** JSON files whose bytes depend on their content alone, and which appear whole or not at all. */
final class JsonFile {
  private static final ObjectMapper JSON = new ObjectMapper();

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
  static void writePrivate(Path file, JsonNode content) {
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
