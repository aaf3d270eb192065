package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** A capability of a {@link BoundAdapter}: it can import adapters made by PEFT. */
@Experimental(since = "0.1")
public interface PeftImport {
  /**
   * Values of {@link BoundAdapter#trainable()} from an adapter made by PEFT.
   *
   * @param tensors as in {@link PeftAdapter#tensors()}
   * @param base the model's weights
   * @throws PalimpsestException if a tensor is missing, unknown or has the wrong shape; names it
   */
  WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base);
}
