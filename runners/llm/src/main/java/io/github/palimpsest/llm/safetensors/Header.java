package io.github.palimpsest.llm.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of a safetensors file: 8 bytes of length, then a JSON object of that length, then the
 * data, which the tensors must cover without gap or overlap.
 *
 * @param tensors what the header says of each tensor
 * @param metadata its {@code __metadata__}
 * @param dataStart where in the file the data begin
 */
record Header(
    SortedMap<String, Entry> tensors, SortedMap<String, String> metadata, long dataStart) {
  /** The largest header that the format allows. */
  private static final long MAX_LENGTH = 100_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * One tensor.
   *
   * @param dtype as written, known or not
   * @param begin the first byte, counted from the start of the data
   * @param end one past the last byte
   */
  record Entry(String dtype, Shape shape, long begin, long end) {}

  static Header read(Path file, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < Long.BYTES) {
      throw bad(file, "truncated: " + fileSize + " bytes are too few for a header length");
    }
    long length = read(channel, 0, Long.BYTES).getLong();
    if (length < 2 || length > MAX_LENGTH) {
      throw bad(
          file,
          "not a safetensors file: its header length "
              + Long.toUnsignedString(length)
              + " is outside 2 to "
              + MAX_LENGTH);
    }
    if (length > fileSize - Long.BYTES) {
      throw bad(file, "truncated: the header has " + length + " bytes, the file only " + fileSize);
    }
    JsonNode json = parse(file, read(channel, Long.BYTES, (int) length).array());
    SortedMap<String, Entry> tensors = new TreeMap<>();
    SortedMap<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        tensors.put(field.getKey(), entry(file, field.getKey(), field.getValue()));
      }
    }
    long dataStart = Long.BYTES + length;
    checkCover(file, tensors, fileSize - dataStart);
    return new Header(tensors, metadata, dataStart);
  }

  private static JsonNode parse(Path file, byte[] header) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          file + ": bad safetensors header: " + e.getOriginalMessage(), e);
    }
    if (!json.isObject()) {
      throw bad(file, "bad safetensors header: not a JSON object");
    }
    return json;
  }

  private static Entry entry(Path file, String name, JsonNode json) {
    JsonNode dtype = json.path("dtype");
    JsonNode shape = json.path("shape");
    JsonNode offsets = json.path("data_offsets");
    if (!dtype.isTextual() || !shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw bad(
          file,
          "bad safetensors header: tensor '" + name + "' needs dtype, shape and two data_offsets");
    }
    long[] dims = new long[shape.size()];
    long elements = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = natural(file, name, "shape", shape.get(i));
      elements = product(file, name, elements, dims[i]);
    }
    Entry entry =
        new Entry(
            dtype.asText(),
            Shape.of(dims),
            natural(file, name, "data_offsets", offsets.get(0)),
            natural(file, name, "data_offsets", offsets.get(1)));
    for (Dtype known : Dtype.values()) {
      if (known.name().equals(entry.dtype)
          && entry.end - entry.begin != product(file, name, elements, known.bytes)) {
        throw bad(
            file,
            "tensor '%s' of type %s and shape %s does not fit its bytes %d to %d"
                .formatted(name, entry.dtype, shape, entry.begin, entry.end));
      }
    }
    return entry;
  }

  private static long natural(Path file, String name, String what, JsonNode number) {
    if (!number.canConvertToLong() || !number.isIntegralNumber() || number.asLong() < 0) {
      throw bad(
          file, "bad safetensors header: tensor '" + name + "' has " + number + " in its " + what);
    }
    return number.asLong();
  }

  private static long product(Path file, String name, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new PalimpsestException(file + ": tensor '" + name + "' is too large", e);
    }
  }

  private static void checkCover(Path file, SortedMap<String, Entry> tensors, long dataSize) {
    List<Map.Entry<String, Entry>> byPlace =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin)
                    .thenComparingLong(e -> e.getValue().end))
            .toList();
    long covered = 0;
    String previous = "";
    for (Map.Entry<String, Entry> e : byPlace) {
      Entry entry = e.getValue();
      String bytes = "tensor '" + e.getKey() + "' at bytes " + entry.begin + " to " + entry.end;
      if (entry.end < entry.begin) {
        throw bad(file, bytes + " ends before it begins");
      }
      if (entry.end > dataSize) {
        throw bad(
            file, "truncated, or wrong offsets: " + bytes + " of " + dataSize + " bytes of data");
      }
      if (entry.begin < covered) {
        throw bad(file, bytes + " overlaps tensor '" + previous + "'");
      }
      if (entry.begin > covered) {
        throw bad(file, bytes + " leaves a gap: the tensors before it end at " + covered);
      }
      covered = entry.end;
      previous = e.getKey();
    }
    if (covered != dataSize) {
      throw bad(
          file,
          "the tensors cover " + covered + " bytes, but the file has " + dataSize + " of data");
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
    return buffer.flip();
  }

  private static PalimpsestException bad(Path file, String what) {
    return new PalimpsestException(file + ": " + what);
  }
}
