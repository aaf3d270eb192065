package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;

/** Gives the model other weights than those of the base, and declares the trainable parameters. */
@Stable(since = "0.1")
public interface Adapter {
  /**
   * Binds to a model.
   *
   * @param base the model's parameters
   * @throws PalimpsestException if no parameter of the model matches the adapter's settings
   */
  BoundAdapter bind(List<ParameterSpec> base);

  /**
   * Whether to merge the adapter into the base after each task and start the next task with a new
   * one, rather than continue with the same one. A recipe whose mergers act after each task always
   * merges.
   */
  default boolean mergesAfterTask() {
    return false;
  }
}
