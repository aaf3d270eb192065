package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** The function that a feed-forward block applies to each number. More may be added. */
@Experimental(since = "0.1")
public enum Activation {
  /** {@code x sigmoid(x)} (Hendrycks and Gimpel 2016, arXiv 1606.08415), also called swish. */
  SILU,
  /** {@code x Phi(x)} with the normal distribution function (the same paper). */
  GELU,
  /** GELU by its approximation {@code x / 2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}. */
  GELU_TANH
}
