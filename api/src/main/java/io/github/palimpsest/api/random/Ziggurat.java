package io.github.palimpsest.api.random;

import java.util.random.RandomGenerator;

/**
 * Gaussian and exponential numbers by the modified ziggurat of McFarland 2016, "A modified ziggurat
 * algorithm for generating exponentially and normally distributed pseudorandom numbers" (J. Stat.
 * Comput. Simul. 86:1281, arXiv:1403.6870).
 *
 * <p>Layers of 1/256 of the area each lie wholly under the density f, so that 98.8 % of all numbers
 * need one multiplication: layer j reaches from 0 to x_j and from f(x_(j-1)) to f(x_j), with
 *
 * <pre>
 * x_0 f(x_0) = x_j (f(x_j) - f(x_(j-1))) = A / 256,   A = integral of f from 0 on
 * </pre>
 *
 * The rest of the area is overhangs: overhang 0 is the tail beyond x_0, overhang j lies between x_j
 * and x_(j-1), above f(x_(j-1)). One is drawn by its area (alias method, Walker 1974) and a point
 * in it by rejection.
 *
 * <p>This is written out here, and not inherited from {@link RandomGenerator}, because JDKs differ:
 * later ones stop the second exponential number of the tail when it is large enough, and so use
 * fewer random words, and they use fused multiply-adds. The definition is that of Java 17, with
 * {@link StrictMath#exp} for its platform-dependent {@code exp}.
 */
final class Ziggurat {
  private static final ZigguratTables NORMAL = ZigguratTables.of("normal");
  private static final ZigguratTables EXPONENTIAL = ZigguratTables.of("exponential");

  /** x_0 of the normal density, where its tail begins. */
  private static final double NORMAL_TAIL = NORMAL.x()[0] * 0x1p63;

  /** x_0 of the exponential density. */
  private static final double EXPONENTIAL_TAIL = EXPONENTIAL.x()[0] * 0x1p63;

  /** The overhang with x = 1: f is convex in those before it and concave in those after it. */
  static final int INFLECTION = 204;

  /** How far f of the normal density lies below a chord at most, in 2^-63 of an overhang. */
  static final long NORMAL_BELOW = 760463704284035183L;

  /** How far it lies above a chord at most. */
  static final long NORMAL_ABOVE = 2269182951627976012L;

  /** How far f of the exponential density lies below a chord at most. */
  static final long EXPONENTIAL_BELOW = 853965788476313645L;

  private Ziggurat() {}

  /** A number with mean 0 and variance 1. */
  static double gaussian(RandomGenerator rng) {
    long bits = rng.nextLong();
    int layer = (int) bits & 0xFF;
    if (layer < NORMAL.layers()) {
      return NORMAL.x()[layer] * bits;
    }
    double sign = bits < 0 ? -1 : 1;
    long u = bits & Long.MAX_VALUE;
    int j = NORMAL.overhang(rng.nextLong());
    return sign * (j == 0 ? normalTail(rng) : normalOverhang(j, u, rng));
  }

  /** x beyond x_0, after Marsaglia 1964: x_0 + a with a ~ Exp(x_0), kept if b > a^2 / 2. */
  private static double normalTail(RandomGenerator rng) {
    double a;
    double b;
    do {
      a = 1 / NORMAL_TAIL * exponential(rng);
      b = exponential(rng);
    } while (b < 0.5 * a * a);
    return a + NORMAL_TAIL;
  }

  /**
   * x of a point of overhang j under f. Points are uniform in the rectangle around the overhang:
   * those safely on one side of its chord need no {@code exp}.
   */
  private static double normalOverhang(int j, long first, RandomGenerator rng) {
    boolean convex = j < INFLECTION;
    long under = j > INFLECTION ? 0 : NORMAL_BELOW;
    long over = convex ? Long.MIN_VALUE : -NORMAL_ABOVE;
    for (long u = first; ; u = half(rng)) {
      long v = half(rng);
      // f is below the chord: a point above it is reflected, which keeps half of the points
      long across = convex ? Math.min(u, v) : u;
      long down = convex ? Math.max(u, v) : v;
      double x = NORMAL.x(j, across);
      long depth = down - across;
      if (depth >= under || (depth > over && NORMAL.y(j, down) <= StrictMath.exp(-0.5 * x * x))) {
        return x;
      }
    }
  }

  /** A number with mean 1. */
  static double exponential(RandomGenerator rng) {
    for (double from = 0; ; from += EXPONENTIAL_TAIL) { // the tail is the density again
      long bits = rng.nextLong();
      int layer = (int) bits & 0xFF;
      if (layer < EXPONENTIAL.layers()) {
        return EXPONENTIAL.x()[layer] * (bits >>> 1) + from;
      }
      int j = EXPONENTIAL.overhang(rng.nextLong());
      if (j > 0) {
        return exponentialOverhang(j, bits >>> 1, rng) + from;
      }
    }
  }

  private static double exponentialOverhang(int j, long first, RandomGenerator rng) {
    for (long u = first; ; u = half(rng)) {
      long v = half(rng);
      long across = Math.min(u, v);
      long down = Math.max(u, v);
      double x = EXPONENTIAL.x(j, across);
      if (down - across >= EXPONENTIAL_BELOW || EXPONENTIAL.y(j, down) <= StrictMath.exp(-x)) {
        return x;
      }
    }
  }

  /** 63 random bits. */
  private static long half(RandomGenerator rng) {
    return rng.nextLong() >>> 1;
  }
}
