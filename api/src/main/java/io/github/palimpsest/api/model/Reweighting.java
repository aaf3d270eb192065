package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;

/** A capability of a {@link Model}: the predictions of its examples can be weighed. */
@Experimental(since = "0.1")
public interface Reweighting {
  /**
   * An example whose predictions count more or less.
   *
   * @param example one of this model's
   * @param factors for each prediction, as in {@link Forward#logits} for the example by itself; 0
   *     takes it out of the loss, 1 leaves it as it is
   */
  Example reweighted(Example example, float[] factors);
}
