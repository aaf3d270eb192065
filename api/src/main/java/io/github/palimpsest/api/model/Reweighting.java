package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;

/** A capability of a {@link Model}: the predictions of its examples can be weighted. */
@Experimental(since = "0.1")
public interface Reweighting {
  /**
   * A copy of an example with other weights of its predictions.
   *
   * @param example one of this model's
   * @param factors for each prediction, as in {@link Forward#logits} for the example alone; 0
   *     removes it from the loss, 1 leaves it unchanged
   */
  Example reweighted(Example example, float[] factors);
}
