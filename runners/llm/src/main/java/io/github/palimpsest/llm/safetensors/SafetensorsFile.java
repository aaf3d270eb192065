package io.github.palimpsest.llm.safetensors;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tensors of one safetensors file. Opening reads and checks the header only; a tensor is mapped
 * on access, F32 without a copy, F16 and BF16 converted exactly. The file must not change while it
 * is in use.
 */
public final class SafetensorsFile implements StoredWeights {
  private final Path file;
  private final Header header;

  private SafetensorsFile(Path file, Header header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file.
   *
   * @throws PalimpsestException if it is missing, truncated, or its header is malformed: bad JSON,
   *     a tensor twice, offsets out of range, overlapping or not fitting the shape; the message
   *     names the file and the tensor
   */
  public static SafetensorsFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(file + ": no such file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new SafetensorsFile(file, Header.read(file, channel));
    } catch (IOException e) {
      throw new PalimpsestException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The file. */
  public Path path() {
    return file;
  }

  /** The {@code __metadata__} of the header. */
  public SortedMap<String, String> metadata() {
    return Collections.unmodifiableSortedMap(header.metadata());
  }

  @Override
  public String dtype(String name) {
    return entry(name).dtype();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(header.tensors().keySet()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException if there is no tensor of that name
   */
  @Override
  public Shape shape(String name) {
    return entry(name).shape();
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException if there is no tensor of that name, or its type is not F32, F16 or
   *     BF16
   */
  @Override
  public FloatBuffer read(String name) {
    Header.Entry entry = entry(name);
    Dtype dtype =
        Arrays.stream(Dtype.values())
            .filter(d -> d.name().equals(entry.dtype()))
            .findFirst()
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "%s: tensor '%s' has type %s; readable are %s"
                            .formatted(
                                file, name, entry.dtype(), Arrays.toString(Dtype.values()))));
    long size = entry.end() - entry.begin();
    if (size > Integer.MAX_VALUE) {
      throw new PalimpsestException(
          file + ": tensor '" + name + "' has " + size + " bytes; at most 2^31 - 1 can be read");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long from = header.dataStart() + entry.begin();
      if (channel.size() < from + size) {
        throw new PalimpsestException(
            file + ": truncated since it was opened; tensor '" + name + "' is cut off");
      }
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, from, size).order(ByteOrder.LITTLE_ENDIAN);
      return dtype.floats(bytes).asReadOnlyBuffer();
    } catch (IOException e) {
      throw new PalimpsestException(
          file + ": tensor '" + name + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private Header.Entry entry(String name) {
    Header.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new PalimpsestException(
          file + ": no tensor '" + name + "'" + NearestName.meant(name, header.tensors().keySet()));
    }
    return entry;
  }
}
