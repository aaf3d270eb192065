package io.github.palimpsest.engine.differentiation;

import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.Locale;

/**
 * The values that a backward pass computes again instead of keeping them from the forward pass
 * (Chen et al. 2016, arXiv:1604.06174). The gradient is the same up to the order of its sums.
 */
public enum Recompute {
  /**
   * {@link #ACTIVATIONS} for a model of {@value #HUGE} parameters or more, {@link #WIDE} for one of
   * {@value #LARGE} or more, otherwise {@link #NOTHING}.
   */
  AUTO,
  /** Nothing. */
  NOTHING,
  /**
   * Values between products with kernels that are wider than the outputs of layers: the inside of
   * feed-forward networks. This saves more than half of the memory that {@link #ACTIVATIONS} saves,
   * for a few percent of the time of a step.
   */
  WIDE,
  /**
   * Values between products with kernels: norms, rotations, attention, activations. The products, a
   * third of all values, are kept, and none is computed twice.
   */
  ACTIVATIONS,
  /** Everything within a layer: only the outputs of layers are kept, for a third of a pass more. */
  LAYERS;

  /** Number of parameters above which memory matters more than the time of a recomputation. */
  static final long LARGE = 1 << 26;

  /** Number of parameters above which little memory is left. */
  static final long HUGE = 1 << 29;

  /** Resolves {@link #AUTO} for a model. */
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
