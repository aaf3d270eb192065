package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;

/** A capability of a {@link Model}: its examples have labels that can be replaced. */
@Experimental(since = "0.1")
public interface Relabelling {
  /**
   * An example with another label, for rehearsal of the model's own predictions.
   *
   * @param example one of this model's
   * @param row the prediction, as in {@link Forward#logits} for the example alone
   * @param label the new label
   */
  Example relabelled(Example example, int row, int label);
}
