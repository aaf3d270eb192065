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

/**
 * Writes weights as F32 safetensors, one tensor at a time, so that no more than one is in memory.
 */
public final class SafetensorsWriter {
  private static final int CHUNK_FLOATS = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes a file, or replaces it. The bytes depend on the weights alone: tensors are sorted by
   * name and the metadata are {@code {"format":"pt"}}, as transformers expects. The file appears
   * under its name only when it is complete.
   *
   * @throws PalimpsestException if it cannot be written, for example because the disk is full;
   *     nothing is left behind
   */
  public static void write(Path file, WeightSnapshot weights) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      writeAll(partial, weights);
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

  private static void writeAll(Path file, WeightSnapshot weights) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, header(weights));
      ByteBuffer chunk =
          ByteBuffer.allocateDirect(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (String name : weights.names()) {
        FloatBuffer values = weights.read(name);
        while (values.hasRemaining()) {
          FloatBuffer part = values.slice();
          part.limit(Math.min(part.capacity(), CHUNK_FLOATS));
          values.position(values.position() + part.remaining());
          chunk.clear().limit(part.remaining() * Float.BYTES);
          chunk.asFloatBuffer().put(part);
          writeFully(channel, chunk);
        }
      }
      channel.force(true);
    }
  }

  private static ByteBuffer header(WeightSnapshot weights) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (String name : weights.names()) {
      ObjectNode entry = json.putObject(name);
      entry.put("dtype", Dtype.F32.name());
      Arrays.stream(weights.shape(name).toArray()).forEach(entry.putArray("shape")::add);
      long end = at + weights.shape(name).size() * Float.BYTES;
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    // the format wants the data aligned to 8 bytes, by spaces after the header
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
