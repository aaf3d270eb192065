package io.github.palimpsest.llm.safetensors;

import io.github.palimpsest.api.parameter.WeightSnapshot;

/** Weights in safetensors files. */
public sealed interface StoredWeights extends WeightSnapshot
    permits SafetensorsFile, ShardedSafetensors {
  /**
   * The element type as written, for example {@code BF16}.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if there is no tensor of that name
   */
  String dtype(String name);
}
