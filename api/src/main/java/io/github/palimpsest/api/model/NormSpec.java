package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** The normalisation of hidden states. */
@Experimental(since = "0.1")
public final class NormSpec {
  private record Values(double epsilon) {}

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
    return new NormSpec(new Values(epsilon));
  }

  /** The term that is added under the root. */
  public double epsilon() {
    return values.epsilon();
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
    return "rms, epsilon " + epsilon();
  }
}
