package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.Locale;

/**
 * What a backward pass computes anew instead of keeping it from the forward pass (Chen et al. 2016,
 * arXiv:1604.06174). The gradient is the same up to the order of its sums.
 */
public enum Recompute {
  /**
   * {@link #ACTIVATIONS} for a model of {@value #HUGE} parameters or more, {@link #WIDE} for one of
   * {@value #LARGE} or more, else nothing.
   */
  AUTO,
  /** Nothing. */
  NOTHING,
  /**
   * What lies between products with kernels and is wider than what layers hand on: the inside of
   * feed-forward networks. It saves more than half of the memory that {@link #ACTIVATIONS} does,
   * for a few hundredths of the time of a step.
   */
  WIDE,
  /**
   * What lies between products with kernels: norms, rotations, attention, activations. Kept are the
   * products, a third of it all, and none is computed twice.
   */
  ACTIVATIONS,
  /** Everything within a layer: only what layers hand on is kept, for a third of a pass more. */
  LAYERS;

  /** Parameters of a model whose activations weigh more than the time to compute them twice. */
  static final long LARGE = 1 << 26;

  /** Parameters of a model of which little else fits beside them. */
  static final long HUGE = 1 << 29;

  /** What it is for a model. */
  public Recompute of(List<ParameterSpec> parameters) {
    if (this != AUTO) {
      return this;
    }
    long size = parameters.stream().mapToLong(p -> p.shape().size()).sum();
    if (size < LARGE) {
      return NOTHING;
    }
    return size < HUGE ? WIDE : ACTIVATIONS;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
