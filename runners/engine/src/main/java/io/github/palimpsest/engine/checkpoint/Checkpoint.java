package io.github.palimpsest.engine.checkpoint;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.SafeMove;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
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
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Named numbers, bytes and weights in one file. It is written under a temporary name, synced and
 * renamed, so a checkpoint is there whole or not at all; a checksum ends it.
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
   *     file is then still whole
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
      SafeMove.replace(temporary, file);
    } catch (IOException e) {
      PalimpsestException failure =
          new PalimpsestException("checkpoint '" + file + "' cannot be written: " + e, e);
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
   * Reads a file that {@link #write} made.
   *
   * @throws DamagedFileException if it is no such file, truncated or damaged
   * @throws PalimpsestException if it cannot be read; names it
   */
  public static Checkpoint read(Path file) {
    try {
      // before anything is believed: a damaged length would otherwise ask for any amount of memory
      StateFile.requireWhole(file);
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
        if (!in.readUTF().equals(MAGIC)) {
          throw new DamagedFileException(file, "it is not a checkpoint of this version");
        }
        Checkpoint c = new Checkpoint();
        c.read(in, Files.size(file));
        return c;
      }
    } catch (EOFException | UTFDataFormatException e) {
      throw new DamagedFileException(file, "it is not a checkpoint of this version");
    } catch (IOException e) {
      throw new PalimpsestException("checkpoint '" + file + "' cannot be read: " + e, e);
    }
  }

  /**
   * @param most how long the file is: nothing in it is longer
   */
  private void read(DataInputStream in, long most) throws IOException {
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
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      for (int t = in.readInt(); t > 0; t--) {
        String tensor = in.readUTF();
        long[] shape = new long[length(in.readInt(), Long.BYTES, most)];
        long size = 1;
        for (int d = 0; d < shape.length; d++) {
          shape[d] = in.readLong();
          size = length(shape[d], Float.BYTES * size, most) * size;
        }
        shapes.put(tensor, Shape.of(shape));
        values.put(tensor, readFloats(in, length(size, Float.BYTES, most)));
      }
      weights.put(name, WeightSnapshot.computed(shapes, values::get));
    }
  }

  /** A length that the file can hold, before so much memory is asked for. */
  private static int length(long count, long bytesEach, long most) throws IOException {
    if (count < 0 || bytesEach > 0 && count > most / bytesEach || count > Integer.MAX_VALUE) {
      throw new IOException("a length of " + count + " goes beyond its end");
    }
    return (int) count;
  }

  private static float[] readFloats(DataInputStream in, int count) throws IOException {
    float[] values = new float[count];
    byte[] bytes = new byte[4 * CHUNK];
    for (int from = 0; from < count; from += CHUNK) {
      int n = Math.min(CHUNK, count - from);
      in.readFully(bytes, 0, 4 * n);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(values, from, n);
    }
    return values;
  }
}
