package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;

/** The feed-forward block of a layer. */
@Experimental(since = "0.1")
public final class FeedForwardSpec {
  private record Values(
      int width, Activation activation, boolean gated, boolean fused, boolean biased) {}

  private final Values values;

  private FeedForwardSpec(Values values) {
    this.values = values;
  }

  /**
   * A gated block without biases (Shazeer 2020, arXiv 2002.05202): {@code down(activation(gate x) *
   * up x)}.
   *
   * @param width inside the block, from 1
   * @throws PalimpsestException if the width is below 1
   */
  public static FeedForwardSpec gated(int width, Activation activation) {
    DecoderChecks.positive("the feed-forward width", width);
    return new FeedForwardSpec(new Values(width, activation, true, false, false));
  }

  /**
   * A block of two kernels without biases: {@code down(activation(up x))}.
   *
   * @param width inside the block, from 1
   * @throws PalimpsestException if the width is below 1
   */
  public static FeedForwardSpec plain(int width, Activation activation) {
    DecoderChecks.positive("the feed-forward width", width);
    return new FeedForwardSpec(new Values(width, activation, false, false, false));
  }

  /**
   * A copy whose gate and up kernels are one tensor, {@link DecoderPart#GATE_UP}: the columns of
   * the gate, then those of up.
   *
   * @throws PalimpsestException if the block has no gate
   */
  public FeedForwardSpec fused() {
    if (!isGated()) {
      throw new PalimpsestException("a feed-forward block without a gate has nothing to fuse");
    }
    return new FeedForwardSpec(new Values(width(), activation(), true, true, isBiased()));
  }

  /** A copy with a bias after each kernel, or without. */
  public FeedForwardSpec biased(boolean biased) {
    return new FeedForwardSpec(new Values(width(), activation(), isGated(), isFused(), biased));
  }

  /** The width inside the block. */
  public int width() {
    return values.width();
  }

  /** The activation of the gate, or of the block if it has no gate. */
  public Activation activation() {
    return values.activation();
  }

  /** Whether a gate multiplies the inner values. */
  public boolean isGated() {
    return values.gated();
  }

  /** Whether gate and up are one tensor. */
  public boolean isFused() {
    return values.fused();
  }

  /** Whether a bias follows each kernel. */
  public boolean isBiased() {
    return values.biased();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeedForwardSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return (isGated() ? "gated" : "plain")
        + ", width "
        + width()
        + ", "
        + activation()
        + (isFused() ? ", fused" : "")
        + (isBiased() ? ", with biases" : "");
  }
}
