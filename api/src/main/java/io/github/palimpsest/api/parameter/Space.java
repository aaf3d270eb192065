package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Stable;

/**
 * Weights that a technique can move, measure or remember: the values of every setting {@code
 * space}. Without an adapter, both are the model's parameters.
 */
@Stable(since = "0.1")
public enum Space {
  /** The trainable parameters: under LoRA its factors A and B. */
  TRAINABLE,
  /**
   * The weights that the model sees, as far as training changes them: under LoRA {@code W + s A B},
   * in all of its directions. Norms, importances and states then refer to the adapted kernels.
   */
  EFFECTIVE
}
