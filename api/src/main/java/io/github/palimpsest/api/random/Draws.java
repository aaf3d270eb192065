package io.github.palimpsest.api.random;

import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What is made of random words of 32 and 64 bits. {@link RandomGenerator} has its own definitions,
 * which a JDK may change and a later one did: so none of them is inherited, and a stream gives the
 * same numbers on every JDK. Each number is the one that Java 17 made of the same words.
 */
abstract class Draws implements RandomGenerator {
  private static final String FINITE = ", by a finite number";

  @Override
  public abstract int nextInt();

  @Override
  public abstract long nextLong();

  /** The highest bit of a word of 32. */
  @Override
  public final boolean nextBoolean() {
    return nextInt() < 0;
  }

  /** Words of 64 bits, the lowest byte first; the end of the last one is dropped. */
  @Override
  public final void nextBytes(byte[] bytes) {
    long word = 0;
    for (int i = 0; i < bytes.length; i++) {
      word = i % Long.BYTES == 0 ? nextLong() : word >>> Byte.SIZE;
      bytes[i] = (byte) word;
    }
  }

  /** k / 2^24 with the highest 24 bits k of a word of 32. */
  @Override
  public final float nextFloat() {
    return (nextInt() >>> 8) * 0x1p-24f;
  }

  @Override
  public final float nextFloat(float bound) {
    check(bound > 0 && Float.isFinite(bound), "bound", bound, "must be finite and above 0");
    float value = nextFloat() * bound;
    return value < bound ? value : Math.nextDown(bound);
  }

  @Override
  public final float nextFloat(float origin, float bound) {
    checkAbove(origin < bound && bound - origin < Float.POSITIVE_INFINITY, origin, bound, FINITE);
    float value = nextFloat() * (bound - origin) + origin;
    return value < bound ? value : Math.nextDown(bound);
  }

  /** k / 2^53 with the highest 53 bits k of a word of 64. */
  @Override
  public final double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  @Override
  public final double nextDouble(double bound) {
    check(bound > 0 && Double.isFinite(bound), "bound", bound, "must be finite and above 0");
    double value = nextDouble() * bound;
    return value < bound ? value : Math.nextDown(bound);
  }

  @Override
  public final double nextDouble(double origin, double bound) {
    checkAbove(origin < bound && bound - origin < Double.POSITIVE_INFINITY, origin, bound, FINITE);
    double value = nextDouble() * (bound - origin) + origin;
    return value < bound ? value : Math.nextDown(bound);
  }

  @Override
  public final int nextInt(int bound) {
    check(bound > 0, "bound", bound, "must be above 0");
    return below(bound);
  }

  @Override
  public final int nextInt(int origin, int bound) {
    checkAbove(origin < bound, origin, bound, "");
    int n = bound - origin;
    if (n > 0 || n == Integer.MIN_VALUE) {
      return origin + below(n);
    }
    int value; // more than half of all ints: the range has no int for its size
    do {
      value = nextInt();
    } while (value < origin || value >= bound);
    return value;
  }

  /**
   * The lowest bits of a word if n, unsigned, is a power of 2; else u mod n with 31 bits u, drawn
   * again if u lies beyond the last whole multiple of n.
   */
  private int below(int n) {
    int most = n - 1;
    if ((n & most) == 0) {
      return nextInt() & most;
    }
    int u;
    int value;
    do {
      u = nextInt() >>> 1;
      value = u % n;
    } while (u - value + most < 0); // beyond 2^31 - 1
    return value;
  }

  @Override
  public final long nextLong(long bound) {
    check(bound > 0, "bound", bound, "must be above 0");
    return below(bound);
  }

  @Override
  public final long nextLong(long origin, long bound) {
    checkAbove(origin < bound, origin, bound, "");
    long n = bound - origin;
    if (n > 0 || n == Long.MIN_VALUE) {
      return origin + below(n);
    }
    long value;
    do {
      value = nextLong();
    } while (value < origin || value >= bound);
    return value;
  }

  /** As for 32 bits, with a word of 64 and 63 bits u. */
  private long below(long n) {
    long most = n - 1;
    if ((n & most) == 0) {
      return nextLong() & most;
    }
    long u;
    long value;
    do {
      u = nextLong() >>> 1;
      value = u % n;
    } while (u - value + most < 0);
    return value;
  }

  /** By {@link Ziggurat}. */
  @Override
  public final double nextGaussian() {
    return Ziggurat.gaussian(this);
  }

  @Override
  public final double nextGaussian(double mean, double deviation) {
    check(!(deviation < 0), "standard deviation", deviation, "must be at least 0");
    return mean + deviation * nextGaussian();
  }

  /** By {@link Ziggurat}. */
  @Override
  public final double nextExponential() {
    return Ziggurat.exponential(this);
  }

  @Override
  public final IntStream ints() {
    return IntStream.generate(this::nextInt).sequential();
  }

  @Override
  public final IntStream ints(long size) {
    return ints().limit(size);
  }

  @Override
  public final IntStream ints(int origin, int bound) {
    checkAbove(origin < bound, origin, bound, "");
    return IntStream.generate(() -> nextInt(origin, bound)).sequential();
  }

  @Override
  public final IntStream ints(long size, int origin, int bound) {
    return ints(origin, bound).limit(size);
  }

  @Override
  public final LongStream longs() {
    return LongStream.generate(this::nextLong).sequential();
  }

  @Override
  public final LongStream longs(long size) {
    return longs().limit(size);
  }

  @Override
  public final LongStream longs(long origin, long bound) {
    checkAbove(origin < bound, origin, bound, "");
    return LongStream.generate(() -> nextLong(origin, bound)).sequential();
  }

  @Override
  public final LongStream longs(long size, long origin, long bound) {
    return longs(origin, bound).limit(size);
  }

  @Override
  public final DoubleStream doubles() {
    return DoubleStream.generate(this::nextDouble).sequential();
  }

  @Override
  public final DoubleStream doubles(long size) {
    return doubles().limit(size);
  }

  @Override
  public final DoubleStream doubles(double origin, double bound) {
    checkAbove(origin < bound && bound - origin < Double.POSITIVE_INFINITY, origin, bound, FINITE);
    return DoubleStream.generate(() -> nextDouble(origin, bound)).sequential();
  }

  @Override
  public final DoubleStream doubles(long size, double origin, double bound) {
    return doubles(origin, bound).limit(size);
  }

  /** A method of {@link RandomGenerator} from Java 22 on, without a definition here. */
  @SuppressWarnings("unused")
  public final DoubleStream equiDoubles(
      double left, double right, boolean leftIncluded, boolean rightIncluded) {
    throw new UnsupportedOperationException(
        "a named stream has no equiDoubles: its numbers must not depend on the JDK; use"
            + " doubles(origin, bound)");
  }

  private static void checkAbove(boolean holds, Number origin, Number bound, String how) {
    check(holds, "bound", bound, "must be above the origin " + origin + how);
  }

  private static void check(boolean holds, String name, Number value, String range) {
    if (!holds) {
      throw new IllegalArgumentException("the " + name + " " + value + " " + range);
    }
  }
}
