package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** A capability of a {@link BoundAdapter}: PEFT has such an adapter. */
@Experimental(since = "0.1")
public interface PeftExport {
  /**
   * The adapter as PEFT loads it.
   *
   * @param trainable values of {@link BoundAdapter#trainable()}
   * @param base the model's weights
   */
  PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base);
}
