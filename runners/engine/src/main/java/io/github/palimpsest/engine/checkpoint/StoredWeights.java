package io.github.palimpsest.engine.checkpoint;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.storage.IoReason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Weights that stay in their file: a tensor is read on access, so a model is never in the host's
 * memory as a whole. The file stays open until nothing refers to the weights. Nobody writes into a
 * checkpoint that exists, so the values stay the same when the file is moved, replaced or deleted.
 */
final class StoredWeights implements WeightSnapshot {
  /** Bytes that are converted at once. */
  private static final int CHUNK = 1 << 16;

  /** A tensor's place in the file. */
  private record Place(Shape shape, long at) {}

  private final Path file;
  private final FileChannel open;
  private final SortedMap<String, Place> places = new TreeMap<>();

  /**
   * @param file the name of the file, for messages
   * @param open the file
   */
  StoredWeights(Path file, FileChannel open) {
    this.file = file;
    this.open = open;
  }

  /** Adds a tensor whose big-endian floats begin at an offset. */
  void put(String name, Shape shape, long at) {
    places.put(name, new Place(shape, at));
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(places.keySet()));
  }

  /** A copy in memory. */
  WeightSnapshot copy() {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    SortedMap<String, float[]> values = new TreeMap<>();
    for (String name : places.keySet()) {
      shapes.put(name, shape(name));
      values.put(name, copy(name));
    }
    return WeightSnapshot.computed(shapes, values::get);
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no tensor '" + name + "' among " + places.keySet());
    }
    return place;
  }

  @Override
  public Shape shape(String name) {
    return place(name).shape();
  }

  @Override
  public FloatBuffer read(String name) {
    return FloatBuffer.wrap(copy(name)).asReadOnlyBuffer();
  }

  @Override
  public float[] copy(String name) {
    Place place = place(name);
    float[] values = new float[Math.toIntExact(place.shape().size())];
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(CHUNK, Float.BYTES * values.length));
    try {
      for (int from = 0; from < values.length; ) {
        int n = Math.min(bytes.capacity() / Float.BYTES, values.length - from);
        bytes.clear().limit(Float.BYTES * n);
        readFully(bytes, place.at() + (long) Float.BYTES * from);
        bytes.flip().asFloatBuffer().get(values, from, n);
        from += n;
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          "checkpoint '" + file + "' cannot be read: " + IoReason.of(e), e);
    }
    return values;
  }

  private void readFully(ByteBuffer bytes, long at) throws IOException {
    long next = at;
    while (bytes.hasRemaining()) {
      int n = open.read(bytes, next);
      if (n < 0) {
        throw new EOFException("it has been truncated");
      }
      next += n;
    }
  }
}
