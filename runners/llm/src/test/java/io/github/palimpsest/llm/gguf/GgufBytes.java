package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes GGUF files: whole numbers are written with 32 bits, tensors as F32. */
final class GgufBytes {
  private static final int ALIGNMENT = 32;

  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> tensors = new LinkedHashMap<>();

  /** The golden model, to be changed. */
  static GgufBytes golden(Path folder) throws IOException {
    Path file = Golden.copy("gguf/model_a.gguf", folder.resolve("golden.gguf"));
    GgufBytes made = new GgufBytes();
    try (FileChannel channel = FileChannel.open(file)) {
      made.metadata.putAll(Header.read(file.toString(), channel).metadata());
    }
    GgufFile opened = GgufFile.open(file);
    opened.names().forEach(n -> made.tensor(n, opened.shape(n), opened.copy(n)));
    return made;
  }

  GgufBytes key(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  GgufBytes without(String key) {
    metadata.remove(key);
    return this;
  }

  GgufBytes tensor(String name, Shape shape, float... values) {
    shapes.put(name, shape);
    tensors.put(name, values);
    return this;
  }

  GgufBytes withoutTensor(String name) {
    shapes.remove(name);
    tensors.remove(name);
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  byte[] bytes() {
    Bytes out = new Bytes().uint32(0x46554747).uint32(3).uint64(tensors.size());
    out.uint64(metadata.size());
    metadata.forEach((key, value) -> out.text(key).value(value));
    long at = 0;
    for (Map.Entry<String, Shape> e : shapes.entrySet()) {
      long[] shape = e.getValue().toArray();
      out.text(e.getKey()).uint32(shape.length);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        out.uint64(shape[axis]);
      }
      out.uint32(0).uint64(at);
      at = aligned(at + e.getValue().size() * Float.BYTES);
    }
    for (float[] values : tensors.values()) {
      out.align();
      ByteBuffer data = buffer(values.length * Float.BYTES);
      data.asFloatBuffer().put(values);
      out.add(data);
    }
    return out.align().toByteArray();
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes of a header, one value after another. */
  static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes uint32(int value) {
      return add(buffer(Integer.BYTES).putInt(value));
    }

    Bytes uint64(long value) {
      return add(buffer(Long.BYTES).putLong(value));
    }

    Bytes text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      uint64(bytes.length);
      return add(ByteBuffer.wrap(bytes));
    }

    /** A value with its type before it. */
    Bytes value(Object value) {
      if (value instanceof List<?> list) {
        uint32(9);
        Object first = list.isEmpty() ? "" : list.get(0);
        uint32(type(first)).uint64(list.size());
        list.forEach(this::single);
        return this;
      }
      return uint32(type(value)).single(value);
    }

    private static int type(Object value) {
      return value instanceof String
          ? 8
          : value instanceof Boolean ? 7 : value instanceof Number n && isReal(n) ? 6 : 5;
    }

    private static boolean isReal(Number number) {
      return number instanceof Float || number instanceof Double;
    }

    private Bytes single(Object value) {
      if (value instanceof String s) {
        return text(s);
      }
      if (value instanceof Boolean b) {
        return add(ByteBuffer.wrap(new byte[] {(byte) (b ? 1 : 0)}));
      }
      Number number = (Number) value;
      return isReal(number)
          ? add(buffer(Float.BYTES).putFloat(number.floatValue()))
          : uint32(number.intValue());
    }

    Bytes add(ByteBuffer bytes) {
      out.writeBytes(bytes.array());
      return this;
    }

    Bytes align() {
      while (out.size() % ALIGNMENT != 0) {
        out.write(0);
      }
      return this;
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
