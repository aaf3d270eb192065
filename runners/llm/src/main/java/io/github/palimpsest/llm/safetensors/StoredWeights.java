package io.github.palimpsest.llm.safetensors;

import io.github.palimpsest.api.parameter.WeightSnapshot;

/** Weights in safetensors files. */
public interface StoredWeights extends WeightSnapshot {
  /**
   * The element type as written, for example {@code BF16}.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if there is no tensor of that name
   */
  String dtype(String name);

  @Override
  default boolean isBfloat16(String name) {
    return dtype(name).equals("BF16") || WeightSnapshot.super.isBfloat16(name);
  }
}
