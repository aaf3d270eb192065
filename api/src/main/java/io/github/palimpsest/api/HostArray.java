package io.github.palimpsest.api;

import java.util.Arrays;

/**
 * A small array on the host: a field of an example, or an input of a model. The arrays that the
 * accessors give are the record's own, not copies: read them, never write to them.
 */
@Stable(since = "0.1")
public sealed interface HostArray {
  /** The dimensions; none for a scalar. */
  long[] shape();

  /**
   * 32-bit integers.
   *
   * @param data row-major values
   * @param shape the dimensions
   */
  record Ints(int[] data, long... shape) implements HostArray {
    /** Copies both and checks that they agree. */
    public Ints {
      data = data.clone();
      shape = checked(data.length, shape);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Ints o
          && Arrays.equals(data, o.data)
          && Arrays.equals(shape, o.shape);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(data) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      return "Ints" + Arrays.toString(shape) + Arrays.toString(data);
    }
  }

  /**
   * 32-bit floats.
   *
   * @param data row-major values
   * @param shape the dimensions
   */
  record Floats(float[] data, long... shape) implements HostArray {
    /** Copies both and checks that they agree. */
    public Floats {
      data = data.clone();
      shape = checked(data.length, shape);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Floats o
          && Arrays.equals(data, o.data)
          && Arrays.equals(shape, o.shape);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(data) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      return "Floats" + Arrays.toString(shape) + Arrays.toString(data);
    }
  }

  private static long[] checked(int length, long[] shape) {
    long size = 1;
    for (long d : shape) {
      size = d < 0 ? -1 : Math.multiplyExact(size, d);
      if (size < 0) {
        break;
      }
    }
    if (size != length) {
      throw new IllegalArgumentException(
          length + " values do not fill shape " + Arrays.toString(shape));
    }
    return shape.clone();
  }
}
