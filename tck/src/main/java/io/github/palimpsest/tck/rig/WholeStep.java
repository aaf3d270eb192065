package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.HostArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Values of all examples of a step, found in its micro-batches and fed to each of them. */
final class WholeStep {
  private final Bench bench;
  private final Map<Operand<TFloat32>, Operand<TFloat32>> ownByAll = new LinkedHashMap<>();

  WholeStep(Bench bench) {
    this.bench = bench;
  }

  /** The values of the whole step, to be fed. */
  Operand<TFloat32> all(Operand<TFloat32> own) {
    Operand<TFloat32> all = bench.floats(Shape.of(-1));
    ownByAll.put(all, bench.tf().identity(own));
    return all;
  }

  /**
   * Finds the values.
   *
   * @param microBatches the inputs of each
   */
  Map<Operand<?>, HostArray> of(List<Map<Operand<?>, HostArray>> microBatches) {
    Map<Operand<?>, HostArray> found = new LinkedHashMap<>();
    ownByAll.forEach(
        (all, own) -> {
          float[] step =
              joined(
                  microBatches.stream().map(fed -> bench.run(List.of(own), fed).get(0)).toList());
          found.put(all, new HostArray.Floats(step, step.length));
        });
    return found;
  }

  /** One array after the other. */
  static float[] joined(List<float[]> arrays) {
    float[] all = new float[arrays.stream().mapToInt(a -> a.length).sum()];
    int filled = 0;
    for (float[] a : arrays) {
      System.arraycopy(a, 0, all, filled, a.length);
      filled += a.length;
    }
    return all;
  }
}
