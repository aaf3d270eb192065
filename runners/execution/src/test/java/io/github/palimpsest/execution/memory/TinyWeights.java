package io.github.palimpsest.execution.memory;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.TreeMap;

/** Weights for tests. */
final class TinyWeights {
  private TinyWeights() {}

  /** The same weights, each cut to a number of bfloat16. */
  static WeightSnapshot inBfloat16(WeightSnapshot weights) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : weights.names()) {
      float[] v = weights.copy(name);
      for (int i = 0; i < v.length; i++) {
        v[i] = Float.intBitsToFloat(Float.floatToRawIntBits(v[i]) & 0xffff0000);
      }
      shapes.put(name, weights.shape(name));
      values.put(name, v);
    }
    return WeightSnapshot.of(shapes, values);
  }
}
