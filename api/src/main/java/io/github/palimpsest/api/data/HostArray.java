package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Stable;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * A small array on the host: a field of an example, or an input of a model. Immutable: the
 * accessors return copies or read-only views.
 */
@Stable(since = "0.1")
public sealed interface HostArray {
  /** The dimensions; none for a scalar. */
  long[] shape();

  /** 32-bit integers. */
  final class Ints implements HostArray {
    private final int[] values;
    private final long[] shape;

    /**
     * Copies both.
     *
     * @param values row-major
     * @param shape the dimensions
     * @throws IllegalArgumentException if the values do not fill the shape
     */
    public Ints(int[] values, long... shape) {
      this.shape = checked(values.length, shape);
      this.values = values.clone();
    }

    /** The values in row-major order, read-only. */
    public IntBuffer values() {
      return IntBuffer.wrap(values).asReadOnlyBuffer();
    }

    /** A copy of the values in row-major order. */
    public int[] toArray() {
      return values.clone();
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Ints o
          && Arrays.equals(values, o.values)
          && Arrays.equals(shape, o.shape);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      return "Ints" + Arrays.toString(shape) + Arrays.toString(values);
    }
  }

  /** 32-bit floats. */
  final class Floats implements HostArray {
    private final float[] values;
    private final long[] shape;

    /**
     * Copies both.
     *
     * @param values row-major
     * @param shape the dimensions
     * @throws IllegalArgumentException if the values do not fill the shape
     */
    public Floats(float[] values, long... shape) {
      this.shape = checked(values.length, shape);
      this.values = values.clone();
    }

    /** The values in row-major order, read-only. */
    public FloatBuffer values() {
      return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }

    /** A copy of the values in row-major order. */
    public float[] toArray() {
      return values.clone();
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Floats o
          && Arrays.equals(values, o.values)
          && Arrays.equals(shape, o.shape);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      return "Floats" + Arrays.toString(shape) + Arrays.toString(values);
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
