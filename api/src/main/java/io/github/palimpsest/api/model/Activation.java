package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** The function that a feed-forward block applies to each number. More may be added. */
@Experimental(since = "0.1")
public enum Activation {
  /** {@code x sigmoid(x)} (Hendrycks and Gimpel 2016, arXiv 1606.08415), also called swish. */
  SILU
}
