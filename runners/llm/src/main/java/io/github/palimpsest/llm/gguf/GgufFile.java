package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The metadata and tensors of one GGUF file. Opening reads and checks the header only; a tensor is
 * mapped and converted to 32-bit floats on access. Shapes have the slowest axis first, as in other
 * checkpoints. The file must not change while it is in use.
 */
final class GgufFile implements WeightSnapshot {
  private final Path file;
  private final Header header;

  private GgufFile(Path file, Header header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file.
   *
   * @throws PalimpsestException if it is missing, truncated, not of GGUF version 2 or 3 in
   *     little-endian, malformed, or has a tensor of a type that cannot be read
   */
  static GgufFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(file + ": no such file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new GgufFile(file, Header.read(file.toString(), channel));
    } catch (IOException e) {
      throw new PalimpsestException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The file. */
  Path path() {
    return file;
  }

  /** The metadata, with a record of the keys that are asked for. */
  Metadata metadata() {
    return new Metadata(file.toString(), header.metadata());
  }

  /** The number of tensors of each type, by name. */
  Map<String, Integer> types() {
    Map<String, Integer> types = new TreeMap<>();
    header.tensors().values().forEach(t -> types.merge(t.type().name(), 1, Integer::sum));
    return types;
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(header.tensors().keySet()));
  }

  @Override
  public Shape shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public FloatBuffer read(String name) {
    return FloatBuffer.wrap(copy(name)).asReadOnlyBuffer();
  }

  @Override
  public float[] copy(String name) {
    Header.Tensor tensor = tensor(name);
    if (tensor.bytes() > Integer.MAX_VALUE) {
      throw new PalimpsestException(
          "%s: tensor '%s' has %d bytes; at most 2^31 - 1 can be read"
              .formatted(file, name, tensor.bytes()));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long from = header.dataStart() + tensor.offset();
      if (channel.size() < from + tensor.bytes()) {
        throw new PalimpsestException(
            file + ": truncated since it was opened; tensor '" + name + "' is cut off");
      }
      ByteBuffer bytes =
          channel
              .map(FileChannel.MapMode.READ_ONLY, from, tensor.bytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      return tensor.type().floats(bytes);
    } catch (IOException e) {
      throw new PalimpsestException(
          file + ": tensor '" + name + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private Header.Tensor tensor(String name) {
    Header.Tensor tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new PalimpsestException(file + ": no tensor '" + name + "'");
    }
    return tensor;
  }
}
