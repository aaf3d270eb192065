package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** Rewrites the weights after training, such as Wise-FT. It uses no graph. */
@Stable(since = "0.1")
@FunctionalInterface
public interface Merger {
  /**
   * The merged weights: finite, with the names and shapes of {@link WeightHistory#afterTask()}; the
   * inputs stay unchanged (PPW-01). They may be computed when read, tensor by tensor.
   */
  WeightSnapshot apply(WeightHistory history);
}
