package io.github.palimpsest.llm.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes weights as safetensors, one tensor at a time, so that no more than one is in memory. */
public final class SafetensorsWriter {
  private static final int CHUNK_FLOATS = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes a file of F32 tensors, or replaces it; see {@link #write(Path, WeightSnapshot, Dtype)}.
   */
  public static void write(Path file, WeightSnapshot weights) {
    write(file, weights, Dtype.F32);
  }

  /**
   * Writes a file, or replaces it. The bytes depend only on the weights: tensors are sorted by name
   * and the metadata are {@code {"format":"pt"}}, as transformers expects. The file appears under
   * its name only when it is complete.
   *
   * @param dtype the type of all tensors; values are rounded to it
   * @throws PalimpsestException if it cannot be written, for example because the disk is full, or a
   *     value is too large for the type; nothing is left behind
   */
  public static void write(Path file, WeightSnapshot weights, Dtype dtype) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      writeAll(partial, weights, dtype);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw discarding(
          partial, new PalimpsestException(file + ": cannot be written: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw discarding(partial, e);
    }
  }

  private static RuntimeException discarding(Path partial, RuntimeException failure) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static void writeAll(Path file, WeightSnapshot weights, Dtype dtype) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, header(weights, dtype));
      ByteBuffer chunk =
          ByteBuffer.allocateDirect(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (String name : weights.names()) {
        FloatBuffer values = weights.read(name);
        while (values.hasRemaining()) {
          FloatBuffer part = values.slice();
          part.limit(Math.min(part.capacity(), CHUNK_FLOATS));
          values.position(values.position() + part.remaining());
          requireHeld(name, part, dtype);
          chunk.clear().limit(part.remaining() * dtype.bytes);
          dtype.put(part, chunk);
          writeFully(channel, chunk);
        }
      }
      channel.force(true);
    }
  }

  private static void requireHeld(String name, FloatBuffer part, Dtype dtype) {
    for (int i = 0; i < part.limit(); i++) {
      if (!dtype.holds(part.get(i))) {
        throw new PalimpsestException(
            "tensor '%s' has the value %s, which is too large for %s"
                .formatted(name, part.get(i), dtype.text()));
      }
    }
  }

  private static ByteBuffer header(WeightSnapshot weights, Dtype dtype) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (String name : weights.names()) {
      ObjectNode entry = json.putObject(name);
      entry.put("dtype", dtype.name());
      Arrays.stream(weights.shape(name).toArray()).forEach(entry.putArray("shape")::add);
      long end = at + weights.shape(name).size() * dtype.bytes;
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    // the format aligns the data to 8 bytes by spaces after the header
    int length = (text.length + 7) / 8 * 8;
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    header.put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
