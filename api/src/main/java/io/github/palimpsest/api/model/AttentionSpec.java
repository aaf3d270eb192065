package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;

/**
 * The causal attention of a layer: {@code softmax(q k' / sqrt(headSize)) v}, without biases. Query
 * heads share key and value heads in groups (Ainslie et al. 2023, arXiv 2305.13245).
 */
@Experimental(since = "0.1")
public final class AttentionSpec {
  private record Values(int heads, int headSize, int keyValueHeads, Rope rope) {}

  private final Values values;

  private AttentionSpec(Values values) {
    this.values = values;
  }

  /**
   * Attention with rotary positions, with as many key and value heads as query heads.
   *
   * @param heads the number of query heads, from 1
   * @param headSize the even width of a head
   * @param rope the rotation of queries and keys by position
   * @throws PalimpsestException if there is no head, or the size of a head is odd or below 2
   */
  public static AttentionSpec rotary(int heads, int headSize, Rope rope) {
    DecoderSpec.positive("the number of heads", heads);
    if (headSize % 2 != 0 || headSize < 2) {
      throw new PalimpsestException(
          "the head size must be even for rotary embedding, not " + headSize);
    }
    return new AttentionSpec(new Values(heads, headSize, heads, rope));
  }

  /**
   * A copy with another number of key and value heads.
   *
   * @throws PalimpsestException if the number does not divide that of the query heads
   */
  public AttentionSpec keyValueHeads(int count) {
    if (count < 1 || heads() % count != 0) {
      throw new PalimpsestException(
          "%d key-value heads do not divide %d query heads".formatted(count, heads()));
    }
    return new AttentionSpec(new Values(heads(), headSize(), count, rope()));
  }

  /** The number of query heads. */
  public int heads() {
    return values.heads();
  }

  /** The width of a head. */
  public int headSize() {
    return values.headSize();
  }

  /** The number of key and value heads; divides {@link #heads()}. */
  public int keyValueHeads() {
    return values.keyValueHeads();
  }

  /** The rotation of queries and keys by position. */
  public Rope rope() {
    return values.rope();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AttentionSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "%d heads of %d, %d key-value heads, %s"
        .formatted(heads(), headSize(), keyValueHeads(), rope());
  }
}
