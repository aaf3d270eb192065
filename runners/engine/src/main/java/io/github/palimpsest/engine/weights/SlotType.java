package io.github.palimpsest.engine.weights;

import java.util.Locale;

/** The type in which the state of an optimizer is stored between steps. */
public enum SlotType {
  /** As computed. */
  FLOAT32,
  /**
   * In 2 bytes, by stochastic rounding: see {@link StochasticRounding}. A step computes in float32
   * with the stored values, and uses its own new values before they are rounded.
   */
  BFLOAT16;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
