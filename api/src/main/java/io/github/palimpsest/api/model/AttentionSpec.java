package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The causal attention of a layer: {@code softmax(scale q k' + mask) v}. Query heads share key and
 * value heads in groups (Ainslie et al. 2023, arXiv 2305.13245).
 */
@Experimental(since = "0.1")
public final class AttentionSpec {
  /** The tensors in which a checkpoint stores queries, keys and values. More may be added. */
  public enum Fusion {
    /** A tensor for each: {@link DecoderPart#QUERY}, {@code KEY} and {@code VALUE}. */
    NONE,
    /** {@link DecoderPart#QUERY_KEY_VALUE}: all queries, then all keys, then all values. */
    IN_TURN,
    /** {@link DecoderPart#QUERY_KEY_VALUE}: query, key and value of the first head, and so on. */
    BY_HEAD
  }

  /** What is normalised before the rotation. More may be added. */
  public enum Normed {
    /** Nothing. */
    NOTHING,
    /** Queries and keys, each head separately: gains {@code [headSize]}. */
    HEADS,
    /** Queries and keys, over all heads: gains as wide as the projection. */
    ROWS
  }

  /** The tensors. */
  private record Storage(
      int heads,
      int headSize,
      int keyValueHeads,
      Fusion fusion,
      Normed normed,
      boolean biased,
      boolean outputBiased) {}

  /** What is computed from them. */
  private record Scores(
      Optional<Rope> rope, OptionalInt window, double scale, OptionalDouble cap) {}

  private record Values(Storage storage, Scores scores) {}

  private final Values values;

  private AttentionSpec(Storage storage, Scores scores) {
    this.values = new Values(storage, scores);
  }

  /**
   * Attention with rotary positions, with as many key and value heads as query heads, without
   * biases, and with the scale {@code 1 / sqrt(headSize)}.
   *
   * @param heads the number of query heads, from 1
   * @param headSize the width of a head
   * @param rope the rotation of queries and keys by position
   * @throws PalimpsestException if there is no head, or the part of a head that rotates is odd or
   *     below 2
   */
  public static AttentionSpec rotary(int heads, int headSize, Rope rope) {
    return without(heads, headSize).rope(rope);
  }

  /**
   * As {@link #rotary}, but queries and keys are not rotated.
   *
   * @param heads the number of query heads, from 1
   * @param headSize the width of a head, from 1
   * @throws PalimpsestException if a number is below 1
   */
  public static AttentionSpec without(int heads, int headSize) {
    DecoderChecks.positive("the number of heads", heads);
    DecoderChecks.positive("the head size", headSize);
    return new AttentionSpec(
        new Storage(heads, headSize, heads, Fusion.NONE, Normed.NOTHING, false, false),
        new Scores(
            Optional.empty(),
            OptionalInt.empty(),
            1 / Math.sqrt(headSize),
            OptionalDouble.empty()));
  }

  /**
   * A copy with a rotation of queries and keys.
   *
   * @throws PalimpsestException if the part of a head that rotates is odd or below 2
   */
  public AttentionSpec rope(Rope rope) {
    int rotated = rope.rotated(headSize());
    if (rotated % 2 != 0 || rotated < 2 || rotated > headSize()) {
      throw new PalimpsestException(
          rotated == headSize()
              ? "the head size must be even for rotary embedding, not " + rotated
              : "an even number of dimensions must rotate, 2 to %d, not %d"
                  .formatted(headSize(), rotated));
    }
    rope.check(headSize());
    return scoring(Optional.of(rope), window(), scale(), cap());
  }

  /** A copy without a rotation. */
  public AttentionSpec withoutRope() {
    return scoring(Optional.empty(), window(), scale(), cap());
  }

  /**
   * A copy whose tokens attend to themselves and at most {@code tokens - 1} before them.
   *
   * @throws PalimpsestException if the number is below 1
   */
  public AttentionSpec window(int tokens) {
    DecoderChecks.positive("the attention window", tokens);
    return scoring(rope(), OptionalInt.of(tokens), scale(), cap());
  }

  /**
   * A copy with another factor of the products of queries and keys.
   *
   * @throws PalimpsestException if it is not a number above 0
   */
  public AttentionSpec scale(double factor) {
    DecoderChecks.above0("the attention scale", factor);
    return scoring(rope(), window(), factor, cap());
  }

  /**
   * A copy whose scores {@code s} become {@code cap tanh(s / cap)}.
   *
   * @throws PalimpsestException if it is not a number above 0
   */
  public AttentionSpec cap(double cap) {
    DecoderChecks.above0("the attention cap", cap);
    return scoring(rope(), window(), scale(), OptionalDouble.of(cap));
  }

  private AttentionSpec scoring(
      Optional<Rope> rope, OptionalInt window, double scale, OptionalDouble cap) {
    return new AttentionSpec(values.storage(), new Scores(rope, window, scale, cap));
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
    return stored(count, fusion(), normed(), isBiased(), isOutputBiased());
  }

  /**
   * A copy whose queries, keys and values are stored in another way.
   *
   * @throws PalimpsestException if they are stored by head and heads are shared
   */
  public AttentionSpec fused(Fusion fusion) {
    return stored(keyValueHeads(), fusion, normed(), isBiased(), isOutputBiased());
  }

  /** A copy whose queries and keys are normalised. */
  public AttentionSpec normed(Normed normed) {
    return stored(keyValueHeads(), fusion(), normed, isBiased(), isOutputBiased());
  }

  /**
   * A copy with or without biases.
   *
   * @param projections whether a bias follows queries, keys and values
   * @param output whether a bias follows the output kernel
   */
  public AttentionSpec biased(boolean projections, boolean output) {
    return stored(keyValueHeads(), fusion(), normed(), projections, output);
  }

  private AttentionSpec stored(
      int keyValueHeads, Fusion fusion, Normed normed, boolean biased, boolean outputBiased) {
    if (fusion == Fusion.BY_HEAD && keyValueHeads != heads()) {
      throw new PalimpsestException(
          "queries, keys and values stored by head need as many key-value heads as query heads");
    }
    return new AttentionSpec(
        new Storage(heads(), headSize(), keyValueHeads, fusion, normed, biased, outputBiased),
        values.scores());
  }

  /** Whether both store the same tensors: they differ in the function of the tokens at most. */
  boolean storesAs(AttentionSpec other) {
    return values.storage().equals(other.values.storage());
  }

  /** The number of query heads. */
  public int heads() {
    return values.storage().heads();
  }

  /** The width of a head. */
  public int headSize() {
    return values.storage().headSize();
  }

  /** The number of key and value heads; divides {@link #heads()}. */
  public int keyValueHeads() {
    return values.storage().keyValueHeads();
  }

  /** The rotation of queries and keys by position; empty if there is none. */
  public Optional<Rope> rope() {
    return values.scores().rope();
  }

  /** The number of tokens that a token attends to, with itself; empty for no limit. */
  public OptionalInt window() {
    return values.scores().window();
  }

  /** The factor of the products of queries and keys. */
  public double scale() {
    return values.scores().scale();
  }

  /** The soft limit of a score; empty for none. */
  public OptionalDouble cap() {
    return values.scores().cap();
  }

  /** The tensors in which queries, keys and values are stored. */
  public Fusion fusion() {
    return values.storage().fusion();
  }

  /** What is normalised before the rotation. */
  public Normed normed() {
    return values.storage().normed();
  }

  /** Whether a bias follows queries, keys and values. */
  public boolean isBiased() {
    return values.storage().biased();
  }

  /** Whether a bias follows the output kernel. */
  public boolean isOutputBiased() {
    return values.storage().outputBiased();
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
    StringBuilder text =
        new StringBuilder(
            "%d heads of %d, %d key-value heads, %s"
                .formatted(
                    heads(),
                    headSize(),
                    keyValueHeads(),
                    rope().map(Rope::toString).orElse("no rope")));
    if (scale() != 1 / Math.sqrt(headSize())) {
      text.append(", scale ").append(scale());
    }
    window().ifPresent(w -> text.append(", window ").append(w));
    cap().ifPresent(c -> text.append(", cap ").append(c));
    if (fusion() != Fusion.NONE) {
      text.append(", fused ").append(fusion());
    }
    if (normed() != Normed.NOTHING) {
      text.append(", normed ").append(normed());
    }
    if (isBiased()) {
      text.append(", biases");
    }
    if (isOutputBiased()) {
      text.append(", output bias");
    }
    return text.toString();
  }
}
