package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The sizes of a tensor's dimensions, as in {@code [in, out]}, for use outside any graph.
 * Immutable; shapes of the same sizes are equal.
 */
@Stable(since = "0.1")
public final class Shape {
  /** The size of a dimension that is not fixed, such as the examples of a batch. */
  public static final long UNKNOWN = -1;

  private static final Shape SCALAR = new Shape();

  private final long[] sizes;

  private Shape(long... sizes) {
    this.sizes = sizes;
  }

  /**
   * A shape of the given sizes; the shape of a scalar if there are none.
   *
   * @param sizes each at least 0, or {@link #UNKNOWN}
   * @throws IllegalArgumentException if a size is another negative number
   */
  public static Shape of(long... sizes) {
    for (long size : sizes) {
      if (size < UNKNOWN) {
        throw new IllegalArgumentException("a dimension cannot have size " + size);
      }
    }
    return new Shape(sizes.clone());
  }

  /** The shape of a single number, without dimensions. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** The number of dimensions: 0 for a scalar, 2 for a matrix. */
  public int rank() {
    return sizes.length;
  }

  /**
   * The size of a dimension.
   *
   * @param dimension from 0 to {@code rank() - 1}
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public long get(int dimension) {
    return sizes[dimension];
  }

  /** Whether every size is fixed. */
  public boolean known() {
    return Arrays.stream(sizes).allMatch(s -> s != UNKNOWN);
  }

  /** Whether this shape has the other's rank and every fixed size of the other. */
  public boolean fits(Shape declared) {
    return rank() == declared.rank()
        && IntStream.range(0, rank())
            .allMatch(i -> declared.sizes[i] == UNKNOWN || declared.sizes[i] == sizes[i]);
  }

  /**
   * The number of elements, 1 for a scalar.
   *
   * @throws IllegalStateException if a size is not fixed
   * @throws ArithmeticException if there are more than a long can count
   */
  public long size() {
    if (!known()) {
      throw new IllegalStateException("shape " + this + " has no fixed number of elements");
    }
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** The sizes, as a new array. */
  public long[] toArray() {
    return sizes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(sizes, s.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
