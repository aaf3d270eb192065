package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;

/** Shows a model other weights than the base's, and says which parameters are trained. */
@Stable(since = "0.1")
public interface Adapter {
  /**
   * Binds to a model.
   *
   * @param base the model's parameters
   * @throws PalimpsestException if nothing in the model matches what the adapter is set to adapt
   */
  BoundAdapter bind(List<ParameterSpec> base);

  /**
   * What happens after each task: {@code true} merges the adapter into the base and starts the next
   * task with a fresh one; {@code false} goes on with the same one. A recipe whose mergers act
   * after each task always merges.
   */
  default boolean mergesAfterTask() {
    return false;
  }
}
