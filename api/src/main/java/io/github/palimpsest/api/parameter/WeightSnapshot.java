package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Weights at one moment, outside any graph. Immutable: the values never change, even if training
 * continues (rule REG-05). The values may lie in memory, in a mapped file, or be computed when
 * read.
 */
@Stable(since = "0.1")
public interface WeightSnapshot {
  /** The names of all tensors. */
  SortedSet<String> names();

  /**
   * The shape of a tensor.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  Shape shape(String name);

  /**
   * The values of a tensor in row-major order: a read-only view from position 0 to the number of
   * elements, a new one for each call.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  FloatBuffer read(String name);

  /** The values of a tensor as a new array. */
  default float[] copy(String name) {
    FloatBuffer values = read(name);
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return copy;
  }

  /**
   * Whether all values of a tensor are numbers of bfloat16, whose floats end in 16 zero bits. Reads
   * the values; a source that knows it, as a file of such numbers does, answers without reading.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  default boolean isBfloat16(String name) {
    FloatBuffer values = read(name);
    while (values.hasRemaining()) {
      if ((Float.floatToRawIntBits(values.get()) & 0xffff) != 0) {
        return false;
      }
    }
    return true;
  }

  /** No tensors at all. */
  static WeightSnapshot empty() {
    return computed(new TreeMap<>(), name -> new float[0]);
  }

  /**
   * Values in memory.
   *
   * @param shapes the shape of each tensor
   * @param values the values of each tensor, row-major; copied
   * @throws IllegalArgumentException if a tensor has no values, their number differs from its
   *     shape's, or there are values for a tensor without a shape
   */
  static WeightSnapshot of(Map<String, Shape> shapes, Map<String, float[]> values) {
    values
        .keySet()
        .forEach(
            name -> {
              if (!shapes.containsKey(name)) {
                throw new IllegalArgumentException("values of '" + name + "' have no shape");
              }
            });
    Map<String, float[]> held = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> {
          float[] v = values.get(name);
          if (v == null || v.length != shape.size()) {
            throw new IllegalArgumentException(
                "tensor '"
                    + name
                    + "' of shape "
                    + shape
                    + " needs "
                    + shape.size()
                    + " values, not "
                    + (v == null ? "none" : v.length));
          }
          held.put(name, v.clone());
        });
    return computed(new TreeMap<>(shapes), held::get);
  }

  /**
   * Values computed when read, so that a merge of two models holds two tensors, not two models.
   *
   * @param shapes the shape of each tensor
   * @param values computes a tensor's values, row-major; must give the same values each time
   */
  static WeightSnapshot computed(
      SortedMap<String, Shape> shapes, Function<String, float[]> values) {
    TreeMap<String, Shape> known = new TreeMap<>();
    known.putAll(shapes);
    SortedSet<String> names = Collections.unmodifiableSortedSet(new TreeSet<>(known.keySet()));
    return new WeightSnapshot() {
      @Override
      public SortedSet<String> names() {
        return names;
      }

      @Override
      public Shape shape(String name) {
        Shape shape = known.get(name);
        if (shape == null) {
          throw new IllegalArgumentException("no tensor '" + name + "' among " + known.keySet());
        }
        return shape;
      }

      @Override
      public FloatBuffer read(String name) {
        long size = shape(name).size();
        float[] read = values.apply(name);
        if (read.length != size) {
          throw new IllegalArgumentException(
              "tensor '" + name + "' has " + read.length + " values, its shape " + size);
        }
        return FloatBuffer.wrap(read).asReadOnlyBuffer();
      }
    };
  }
}
