package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Second moments of the inputs of kernels, by a formula: two directions that dominate, and a little
 * of every other one.
 *
 * @param parameters of the model
 * @param phase turns the directions
 */
record ScriptedMoments(List<ParameterSpec> parameters, double phase) {
  WeightSnapshot of(Set<String> kernels, int maxExamples) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String kernel : kernels) {
      ParameterSpec spec =
          parameters.stream()
              .filter(p -> p.name().equals(kernel))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no kernel '" + kernel + "'"));
      if (spec.role() != Role.KERNEL) {
        throw new PalimpsestException("the model multiplies nothing with kernel '" + kernel + "'");
      }
      int in = Math.toIntExact(spec.shape().get(0));
      shapes.put(kernel, Shape.of(in, in));
      values.put(kernel, moment(in));
    }
    return WeightSnapshot.of(shapes, values);
  }

  private float[] moment(int in) {
    float[] g = new float[in * in];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < in; j++) {
        double strong = Math.cos(1.3 * i + phase) * Math.cos(1.3 * j + phase);
        double weak = Math.sin(0.7 * i - phase) * Math.sin(0.7 * j - phase);
        g[i * in + j] = (float) (strong + 0.2 * weak + (i == j ? 0.01 : 0));
      }
    }
    return g;
  }
}
