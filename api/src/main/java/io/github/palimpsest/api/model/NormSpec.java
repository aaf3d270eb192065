package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** The normalisation of hidden states. */
@Experimental(since = "0.1")
public final class NormSpec {
  /** The function that normalises a row. More may be added. */
  public enum Kind {
    /** {@code gain x / sqrt(mean(x^2) + epsilon)}. */
    RMS,
    /** {@code gain (x - mean(x)) / sqrt(var(x) + epsilon) + shift}. */
    LAYER
  }

  private record Values(Kind kind, double epsilon, boolean gainFromOne) {}

  private final Values values;

  private NormSpec(Values values) {
    this.values = values;
  }

  /**
   * Root mean square normalisation with a gain (Zhang and Sennrich 2019, arXiv 1910.07467): {@code
   * gain x / sqrt(mean(x^2) + epsilon)}.
   *
   * @param epsilon added to the mean square
   */
  public static NormSpec rms(double epsilon) {
    return new NormSpec(new Values(Kind.RMS, epsilon, false));
  }

  /**
   * Layer normalisation with a gain and a shift (Ba et al. 2016, arXiv 1607.06450): {@code gain (x
   * - mean(x)) / sqrt(var(x) + epsilon) + shift}.
   *
   * @param epsilon added to the variance
   */
  public static NormSpec layer(double epsilon) {
    return new NormSpec(new Values(Kind.LAYER, epsilon, false));
  }

  /** A copy whose tensors hold the gain minus one, as in Gemma: {@code (1 + w) x / ...}. */
  public NormSpec gainFromOne() {
    return new NormSpec(new Values(kind(), epsilon(), true));
  }

  /** The function that normalises a row. */
  public Kind kind() {
    return values.kind();
  }

  /** The term that is added under the root. */
  public double epsilon() {
    return values.epsilon();
  }

  /** Whether the tensors hold the gain minus one. */
  public boolean isGainFromOne() {
    return values.gainFromOne();
  }

  /** Whether a shift follows the gain. */
  public boolean hasShift() {
    return kind() == Kind.LAYER;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NormSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return (kind() == Kind.RMS ? "rms" : "layer norm")
        + ", epsilon "
        + epsilon()
        + (isGainFromOne() ? ", gain 1 + w" : "");
  }
}
