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
import java.util.function.Function;

/** Writes weights as safetensors, one tensor at a time, so that no more than one is in memory. */
public final class SafetensorsWriter {
  private static final int CHUNK_FLOATS = 1 << 18;

  private SafetensorsWriter() {}

  /** Writes a file of F32 tensors; see {@link #write(Path, WeightSnapshot, Function)}. */
  public static void write(Path file, WeightSnapshot weights) {
    write(file, weights, name -> Dtype.F32);
  }

  /**
   * Writes a file, or replaces it. The bytes depend only on the weights: tensors are sorted by name
   * and the metadata are {@code {"format":"pt"}}, as transformers expects. The file appears under
   * its name only when it is complete.
   *
   * @param types the element type of each tensor
   * @throws PalimpsestException if it cannot be written, for example because the disk is full, or a
   *     number is beyond the range of its type, with the tensor's name; nothing is left behind
   */
  public static void write(Path file, WeightSnapshot weights, Function<String, Dtype> types) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      writeAll(partial, weights, types);
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

  private static void writeAll(Path file, WeightSnapshot weights, Function<String, Dtype> types)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, header(weights, types));
      ByteBuffer chunk =
          ByteBuffer.allocateDirect(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (String name : weights.names()) {
        FloatBuffer values = weights.read(name);
        Dtype type = types.apply(name);
        while (values.hasRemaining()) {
          FloatBuffer part = values.slice();
          part.limit(Math.min(part.capacity(), CHUNK_FLOATS));
          values.position(values.position() + part.remaining());
          requireRange(name, type, part.duplicate());
          chunk.clear().limit(part.remaining() * type.bytes);
          type.put(part, chunk);
          writeFully(channel, chunk);
        }
      }
      channel.force(true);
    }
  }

  private static void requireRange(String tensor, Dtype type, FloatBuffer values) {
    while (values.hasRemaining()) {
      float value = values.get();
      if (!type.holds(value)) {
        throw new PalimpsestException(
            "tensor '%s' has %s, which is beyond the range of %s; save it as F32 or BF16"
                .formatted(tensor, value, type));
      }
    }
  }

  private static ByteBuffer header(WeightSnapshot weights, Function<String, Dtype> types) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (String name : weights.names()) {
      ObjectNode entry = json.putObject(name);
      entry.put("dtype", types.apply(name).name());
      Arrays.stream(weights.shape(name).toArray()).forEach(entry.putArray("shape")::add);
      long end = at + weights.shape(name).size() * types.apply(name).bytes;
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
