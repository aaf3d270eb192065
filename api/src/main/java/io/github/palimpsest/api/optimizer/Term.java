package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;

/** The terms of the objective for which a gradient can be computed. */
@Stable(since = "0.1")
public enum Term {
  /** The loss on the batch, after rehearsal has changed its examples. */
  DATA,
  /** The sum of all regularizers' penalties. */
  PENALTY
}
