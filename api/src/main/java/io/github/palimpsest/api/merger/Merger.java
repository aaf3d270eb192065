package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** Rewrites the weights after training, such as Wise-FT. No graph here. */
@Stable(since = "0.1")
@FunctionalInterface
public interface Merger {
  /**
   * The weights to go on with: same names and shapes as {@link WeightHistory#afterTask()}, finite,
   * and the inputs untouched (PPW-01). May be computed when read, tensor by tensor.
   */
  WeightSnapshot apply(WeightHistory history);
}
