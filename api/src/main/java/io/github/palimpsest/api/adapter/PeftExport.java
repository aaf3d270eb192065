package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** A capability of a {@link BoundAdapter}: it can be exported to PEFT. */
@Experimental(since = "0.1")
public interface PeftExport {
  /**
   * The adapter in the form that PEFT loads.
   *
   * @param trainable values of {@link BoundAdapter#trainable()}
   * @param base the model's weights
   */
  PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base);
}
