package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;

/** The feed-forward block of a layer. */
@Experimental(since = "0.1")
public final class FeedForwardSpec {
  private record Values(int width, Activation activation) {}

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
    DecoderSpec.positive("the feed-forward width", width);
    return new FeedForwardSpec(new Values(width, activation));
  }

  /** The width inside the block. */
  public int width() {
    return values.width();
  }

  /** The activation of the gate. */
  public Activation activation() {
    return values.activation();
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
    return "gated, width " + width() + ", " + activation();
  }
}
