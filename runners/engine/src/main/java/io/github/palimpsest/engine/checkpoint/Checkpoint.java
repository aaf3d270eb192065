package io.github.palimpsest.engine.checkpoint;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.SafeMove;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Named numbers, bytes and weights in one file. It is written under a temporary name, synced and
 * renamed, so a checkpoint is complete or absent; it ends with a checksum.
 *
 * @param numbers counters by name
 * @param blobs bytes by name
 * @param weights snapshots by name
 */
public record Checkpoint(
    SortedMap<String, Long> numbers,
    SortedMap<String, byte[]> blobs,
    SortedMap<String, WeightSnapshot> weights) {
  private static final String MAGIC = "palimpsest-checkpoint-1";
  private static final int CHUNK = 1 << 14;

  /** Size of a file from which on its weights are not copied to the host's memory. */
  private static final long LARGE = 1 << 24;

  public Checkpoint() {
    this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  public long number(String name) {
    Long value = numbers.get(name);
    if (value == null) {
      throw new IllegalStateException("no number '" + name + "' among " + numbers.keySet());
    }
    return value;
  }

  public WeightSnapshot weights(String name) {
    WeightSnapshot value = weights.get(name);
    return value == null ? WeightSnapshot.empty() : value;
  }

  /**
   * Writes the file, replacing an earlier one.
   *
   * @throws PalimpsestException if it cannot be written, for example on a full disk; an earlier
   *     file is then unchanged
   */
  public void write(Path file) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        CheckedOutputStream checked =
            new CheckedOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        write(out);
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
        channel.force(true);
      }
      SafeMove.rename(temporary, file);
    } catch (IOException e) {
      PalimpsestException failure =
          new PalimpsestException(
              "checkpoint '" + file + "' cannot be written: " + IoReason.of(e), e);
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        failure.addSuppressed(left);
      }
      throw failure;
    }
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeUTF(MAGIC);
    out.writeInt(numbers.size());
    for (var e : numbers.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeLong(e.getValue());
    }
    out.writeInt(blobs.size());
    for (var e : blobs.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeInt(e.getValue().length);
      out.write(e.getValue());
    }
    out.writeInt(weights.size());
    for (var e : weights.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeInt(e.getValue().names().size());
      for (String tensor : e.getValue().names()) {
        out.writeUTF(tensor);
        long[] shape = e.getValue().shape(tensor).toArray();
        out.writeInt(shape.length);
        for (long d : shape) {
          out.writeLong(d);
        }
        writeFloats(out, e.getValue().read(tensor));
      }
    }
  }

  private static void writeFloats(DataOutputStream out, FloatBuffer values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * CHUNK);
    float[] chunk = new float[CHUNK];
    while (values.hasRemaining()) {
      int n = Math.min(CHUNK, values.remaining());
      values.get(chunk, 0, n);
      bytes.clear().asFloatBuffer().put(chunk, 0, n);
      out.write(bytes.array(), 0, 4 * n);
    }
  }

  /**
   * Reads a file that {@link #write} made. The weights of a file of {@value #LARGE} bytes or more
   * stay there and are read on access.
   *
   * @throws DamagedFileException if it is not such a file, or is truncated or damaged
   * @throws PalimpsestException if it cannot be read; names it
   */
  public static Checkpoint read(Path file) {
    try {
      // before any content is used: a damaged length could otherwise request any amount of memory
      StateFile.requireWhole(file);
      FileChannel open = FileChannel.open(file, StandardOpenOption.READ);
      boolean stays = false;
      try (Counted counted = new Counted(Files.newInputStream(file));
          DataInputStream in = new DataInputStream(counted)) {
        if (!in.readUTF().equals(MAGIC)) {
          throw new DamagedFileException(file, "it is not a checkpoint of this version");
        }
        Checkpoint c = new Checkpoint();
        long size = Files.size(file);
        c.read(in, counted, size, () -> new StoredWeights(file, open));
        if (size < LARGE) {
          c.weights.replaceAll((name, values) -> ((StoredWeights) values).copy());
        }
        stays = size >= LARGE;
        return c;
      } finally {
        if (!stays) {
          open.close();
        }
      }
    } catch (EOFException | UTFDataFormatException e) {
      throw new DamagedFileException(file, "it is not a checkpoint of this version");
    } catch (IOException e) {
      throw new PalimpsestException(
          "checkpoint '" + file + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Knows how many bytes have been read. */
  private static final class Counted extends BufferedInputStream {
    private long count;

    Counted(InputStream in) {
      super(in, 1 << 16);
    }

    @Override
    public synchronized int read() throws IOException {
      int one = super.read();
      count += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public synchronized int read(byte[] b, int from, int length) throws IOException {
      int n = super.read(b, from, length);
      count += Math.max(0, n);
      return n;
    }

    @Override
    public synchronized long skip(long n) throws IOException {
      long skipped = super.skip(n);
      count += skipped;
      return skipped;
    }
  }

  /**
   * @param most the length of the file, a bound for everything in it
   */
  private void read(
      DataInputStream in, Counted counted, long most, Supplier<StoredWeights> snapshot)
      throws IOException {
    for (int i = in.readInt(); i > 0; i--) {
      numbers.put(in.readUTF(), in.readLong());
    }
    for (int i = in.readInt(); i > 0; i--) {
      String name = in.readUTF();
      byte[] blob = new byte[length(in.readInt(), Byte.BYTES, most)];
      in.readFully(blob);
      blobs.put(name, blob);
    }
    for (int i = in.readInt(); i > 0; i--) {
      String name = in.readUTF();
      StoredWeights stored = snapshot.get();
      for (int t = in.readInt(); t > 0; t--) {
        String tensor = in.readUTF();
        long[] shape = new long[length(in.readInt(), Long.BYTES, most)];
        long size = 1;
        for (int d = 0; d < shape.length; d++) {
          shape[d] = in.readLong();
          size = length(shape[d], Float.BYTES * size, most) * size;
        }
        stored.put(tensor, Shape.of(shape), counted.count);
        counted.skipNBytes((long) Float.BYTES * length(size, Float.BYTES, most));
      }
      weights.put(name, stored);
    }
  }

  /** Checks a length against the file's length before memory is allocated. */
  private static int length(long count, long bytesEach, long most) throws IOException {
    if (count < 0 || bytesEach > 0 && count > most / bytesEach || count > Integer.MAX_VALUE) {
      throw new IOException("a length of " + count + " goes beyond its end");
    }
    return (int) count;
  }
}
