package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.data.Example;

/** A capability of a {@link Model}: the labels of its examples can be replaced. */
@Experimental(since = "0.1")
public interface Relabelling {
  /**
   * A copy of an example with another label, to rehearse the model's own predictions.
   *
   * @param example one of this model's
   * @param row the prediction, as in {@link Forward#logits} for the example alone
   * @param label the new label
   */
  Example relabelled(Example example, int row, int label);
}
