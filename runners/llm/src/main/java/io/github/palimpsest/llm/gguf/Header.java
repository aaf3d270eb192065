package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header of a GGUF file: metadata and the places of the tensors.
 *
 * @param metadata whole numbers as {@link Long}, others as {@link Float} or {@link Double}, {@link
 *     Boolean}, {@link String}, and lists of these
 * @param tensors by name
 * @param dataStart where the first tensor begins, in bytes from the start of the file
 */
record Header(Map<String, Object> metadata, Map<String, Tensor> tensors, long dataStart) {
  /** The largest header, in bytes. Those of vocabularies of 2^18 tokens have 16 MB. */
  private static final int MAX_BYTES = 128 << 20;

  private static final int MAX_TENSORS = 1 << 17;
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  private static final int USUAL_ALIGNMENT = 32;
  private static final int MAX_DIMENSIONS = 4;
  private static final String ALIGNMENT = "general.alignment";

  /**
   * A tensor.
   *
   * @param shape the slowest axis first, unlike in the file
   * @param offset in bytes from the start of the data
   */
  record Tensor(TensorType type, Shape shape, long offset) {
    long bytes() {
      return type.bytes(shape.size());
    }
  }

  /**
   * Reads a header.
   *
   * @throws PalimpsestException if it is malformed, too large, or its tensors do not lie one after
   *     another in the file; the message names the file and the place
   */
  static Header read(String file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer start =
        channel
            .map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, MAX_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    HeaderBytes bytes = new HeaderBytes(file, start, size <= MAX_BYTES);
    requireVersion(file, bytes);
    int tensors = bytes.count("the number of tensors", MAX_TENSORS, 33);
    int keys = bytes.count("the number of keys", MAX_KEYS, 13);
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (int i = 0; i < keys; i++) {
      String key = bytes.text("key " + i);
      if (metadata.put(key, bytes.value("'" + key + "'")) != null) {
        throw new PalimpsestException(file + ": has the key '" + key + "' twice");
      }
    }
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (int i = 0; i < tensors; i++) {
      String name = bytes.text("the name of tensor " + i);
      if (found.put(name, tensor(file, name, bytes)) != null) {
        throw new PalimpsestException(file + ": has the tensor '" + name + "' twice");
      }
    }
    long alignment = alignment(file, metadata);
    long dataStart = aligned(bytes.position(), alignment);
    requireInTurn(file, found, dataStart, alignment, size);
    return new Header(metadata, found, dataStart);
  }

  private static void requireVersion(String file, HeaderBytes bytes) {
    if (bytes.uint32("the first four bytes") != MAGIC) {
      throw new PalimpsestException(file + ": is not a GGUF file: it does not begin with 'GGUF'");
    }
    long version = bytes.uint32("the version");
    if (version != 2 && version != 3) {
      boolean swapped = version != 0 && (version & 0xffff) == 0;
      throw new PalimpsestException(
          file
              + (swapped
                  ? ": is a big-endian GGUF file; only little-endian ones are supported"
                  : ": has GGUF version " + version + "; versions 2 and 3 are supported"));
    }
  }

  private static Tensor tensor(String file, String name, HeaderBytes bytes) {
    String where = file + ": tensor '" + name + "'";
    long dimensions = bytes.uint32("the rank of tensor '" + name + "'");
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new PalimpsestException(
          "%s has %d dimensions; from 1 to %d are allowed"
              .formatted(where, dimensions, MAX_DIMENSIONS));
    }
    long[] shape = new long[(int) dimensions];
    long size = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      long length = bytes.uint64("a dimension of tensor '" + name + "'");
      if (length < 1 || length > Integer.MAX_VALUE / size) {
        throw new PalimpsestException(
            where + " has a dimension of " + length + "; a tensor has from 1 to 2^31 - 1 values");
      }
      shape[axis] = length;
      size *= length;
    }
    TensorType type = TensorType.of(where, bytes.uint32("the type of tensor '" + name + "'"));
    if (shape[shape.length - 1] % type.blockValues() != 0) {
      throw new PalimpsestException(
          "%s has rows of %d values, not a multiple of the %d in a block of %s"
              .formatted(where, shape[shape.length - 1], type.blockValues(), type));
    }
    return new Tensor(type, Shape.of(shape), bytes.uint64("the offset of tensor '" + name + "'"));
  }

  private static long alignment(String file, Map<String, Object> metadata) {
    Object given = metadata.getOrDefault(ALIGNMENT, (long) USUAL_ALIGNMENT);
    if (given instanceof Long a && a >= 8 && a <= 1 << 20 && a % 8 == 0) {
      return a;
    }
    throw new PalimpsestException(
        file + ": '" + ALIGNMENT + "' is " + given + "; it must be a multiple of 8 up to 2^20");
  }

  private static long aligned(long at, long alignment) {
    return (at + alignment - 1) / alignment * alignment;
  }

  /** Each tensor begins where the one before it ends, rounded up; llama.cpp requires it too. */
  private static void requireInTurn(
      String file, Map<String, Tensor> tensors, long dataStart, long alignment, long size) {
    long next = 0;
    long end = 0;
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      Tensor tensor = e.getValue();
      if (tensor.offset() != next) {
        throw new PalimpsestException(
            "%s: tensor '%s' begins at %d; the tensors before it end at %d"
                .formatted(file, e.getKey(), tensor.offset(), next));
      }
      end = next + tensor.bytes();
      if (dataStart + end > size) {
        throw new PalimpsestException(
            "%s: is truncated: tensor '%s' needs %d bytes more"
                .formatted(file, e.getKey(), dataStart + end - size));
      }
      next = aligned(end, alignment);
    }
    if (size > dataStart + next) {
      throw new PalimpsestException(
          file + ": has " + (size - dataStart - end) + " bytes after its last tensor");
    }
  }
}
