package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;

/** The terms of the objective that a gradient can be taken of. */
@Stable(since = "0.1")
public enum Term {
  /** The loss on the batch, with what rehearsal makes of its examples. */
  DATA,
  /** The sum of all regularizers' penalties. */
  PENALTY
}
