package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.PalimpsestException;

/**
 * How many tokens of a micro-batch have logits at the same time. With fewer than all, the loss is
 * computed in parts, one after another, and each part's logits are computed again in the backward
 * pass, which takes one more product with the table of the head. The gradient is the same up to the
 * order of its sums.
 *
 * @param tokens the most tokens of a part; 0 chooses by size: all, if their logits take at most
 *     {@value #LARGE} bytes, otherwise parts of {@value #PART} bytes
 */
public record LossChunk(int tokens) {
  /** Chooses by size. */
  public static final LossChunk AUTO = new LossChunk(0);

  /** Bytes of logits up to which they are computed at once. */
  public static final long LARGE = 1L << 28;

  /** Bytes of the logits of a part. */
  public static final long PART = 1L << 26;

  /**
   * @throws PalimpsestException if the number is negative
   */
  public LossChunk {
    if (tokens < 0) {
      throw new PalimpsestException("loss-chunk=" + tokens + " must be at least 0");
    }
  }

  /**
   * The number of parts.
   *
   * @param rows the most tokens of a micro-batch, padding included
   * @param columns numbers for each, the size of the vocabulary
   * @return at least 1
   */
  public int parts(long rows, long columns) {
    if (tokens > 0) {
      return quotient(rows, tokens);
    }
    long bytes = Float.BYTES * rows * columns;
    return bytes <= LARGE ? 1 : quotient(bytes, PART);
  }

  private static int quotient(long all, long each) {
    return Math.toIntExact(Math.max(1, (all + each - 1) / each));
  }
}
