package io.github.palimpsest.api.random;

/**
 * The counter-based generator Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy
 * as 1, 2, 3"): block {@code i} of a stream is a fixed function of key and {@code i}, so a stream
 * has no state worth saving.
 */
final class Philox extends Draws {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  private final int key0;
  private final int key1;
  private final long stream;
  private long block;
  private int[] out = new int[4];
  private int used = 4;

  /**
   * @param key selects the permutation
   * @param stream the upper half of the counter
   */
  Philox(long key, long stream) {
    this.key0 = (int) key;
    this.key1 = (int) (key >>> 32);
    this.stream = stream;
  }

  @Override
  public int nextInt() {
    if (used == 4) {
      int[] counter = {(int) block, (int) (block >>> 32), (int) stream, (int) (stream >>> 32)};
      out = rounds(counter, key0, key1);
      block++;
      used = 0;
    }
    return out[used++];
  }

  @Override
  public long nextLong() {
    return ((long) nextInt() << 32) | (nextInt() & 0xFFFFFFFFL);
  }

  /** The ten rounds on one counter of four words. */
  static int[] rounds(int[] counter, int key0, int key1) {
    int c0 = counter[0];
    int c1 = counter[1];
    int c2 = counter[2];
    int c3 = counter[3];
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < 10; round++) {
      long p0 = M0 * (c0 & 0xFFFFFFFFL);
      long p1 = M1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
