package io.github.palimpsest.wiseft;

import java.util.function.Consumer;

/** Finds the size that the largest entries of many tensors have, without holding them at once. */
final class LargestEntries {
  private static final int LOW_BITS = 15;
  private static final int BUCKETS = 1 << 16;

  private LargestEntries() {}

  /** Hands over tensors, the same ones each time it is asked. */
  @FunctionalInterface
  interface Tensors {
    void each(Consumer<float[]> tensor);
  }

  /** The number of entries that are kept of a share of a size, rounded up. */
  static long kept(double share, long size) {
    // 0.1 * 30 is 3.0000000000000004, which must not become 4
    return (long) Math.ceil(share * size - 1e-9 * size);
  }

  /**
   * The smallest size among the largest entries of all tensors together; infinite if none is kept.
   * The bits of a float without its sign are ordered as its size: one pass counts the upper ones,
   * and a second one the lower ones in the bucket that was found.
   *
   * @param kept the number of entries
   */
  static float limit(long kept, Tensors all) {
    if (kept <= 0) {
      return Float.POSITIVE_INFINITY;
    }
    long[] upper = new long[BUCKETS];
    all.each(
        tensor -> {
          for (float v : tensor) {
            upper[bits(v) >>> LOW_BITS]++;
          }
        });
    long[] above = {0};
    int bucket = reaching(kept, upper, above);
    long[] lower = new long[1 << LOW_BITS];
    all.each(
        tensor -> {
          for (float v : tensor) {
            if (bits(v) >>> LOW_BITS == bucket) {
              lower[bits(v) & (1 << LOW_BITS) - 1]++;
            }
          }
        });
    int low = reaching(kept - above[0], lower, new long[1]);
    return Float.intBitsToFloat(bucket << LOW_BITS | low);
  }

  private static int bits(float v) {
    return Float.floatToRawIntBits(v) & Integer.MAX_VALUE;
  }

  /** The highest place down to which the counts reach a number; what is above it is added up. */
  private static int reaching(long number, long[] counts, long[] above) {
    int place = counts.length - 1;
    while (place > 0 && above[0] + counts[place] < number) {
      above[0] += counts[place--];
    }
    return place;
  }
}
