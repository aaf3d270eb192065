package io.github.palimpsest.engine.weights;

import java.util.stream.IntStream;

/** Work on many numbers that all cores share. */
public final class Blocks {
  private Blocks() {}

  /** Work on some indices, independent of that on others. */
  @FunctionalInterface
  public interface Work {
    /** Works on the indices from one to another. */
    void on(int from, int to);
  }

  /**
   * Does some work for all indices.
   *
   * @param size the number of indices
   * @param block how many of them one thread works on at a time
   */
  public static void each(int size, int block, Work work) {
    IntStream.range(0, (int) (((long) size + block - 1) / block))
        .parallel()
        .map(b -> b * block)
        .forEach(from -> work.on(from, from + Math.min(block, size - from)));
  }
}
