package io.github.palimpsest.lora;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Set;
import java.util.TreeMap;

/**
 * A low-rank adapter without A0 and B0, with the same function on the same base: {@code A B - A0 B0
 * = (A A0) (B over -B0)}, of twice the rank. PEFT converts its own PiSSA adapters in this way.
 *
 * @param lowRank of twice the rank, with an alpha that leaves the scale unchanged
 * @param trainable its A and B, and whatever else is trained
 */
record PlainForm(LowRank lowRank, WeightSnapshot trainable) {
  static PlainForm of(
      LowRank lowRank, Set<String> kernels, WeightSnapshot trainable, WeightSnapshot base) {
    if (!lowRank.start().isPartOfKernel()) {
      return new PlainForm(lowRank, trainable);
    }
    LowRank twice =
        new LowRank(
            lowRank.ranks().map(r -> 2 * r),
            lowRank.alphas().map(alpha -> alpha * (lowRank.rslora() ? Math.sqrt(2) : 2)),
            lowRank.rslora(),
            lowRank.target(),
            Start.DEFAULT,
            1,
            lowRank.dropout());
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : trainable.names()) {
      shapes.put(name, trainable.shape(name));
      values.put(name, trainable.copy(name));
    }
    for (String kernel : kernels) {
      int r = lowRank.rank(kernel);
      String a = LowRank.a(kernel);
      String b = LowRank.b(kernel);
      long in = shapes.get(a).get(0);
      long out = shapes.get(b).get(1);
      shapes.put(a, Shape.of(in, 2L * r));
      shapes.put(b, Shape.of(2L * r, out));
      values.put(a, beside(values.get(a), base.copy(LowRank.a0(kernel)), r));
      values.put(b, aboveNegative(values.get(b), base.copy(LowRank.b0(kernel))));
    }
    return new PlainForm(twice, WeightSnapshot.of(shapes, values));
  }

  private static float[] beside(float[] left, float[] right, int columns) {
    float[] both = new float[2 * left.length];
    for (int i = 0; i < left.length; i++) {
      int at = i / columns * 2 * columns + i % columns;
      both[at] = left[i];
      both[at + columns] = right[i];
    }
    return both;
  }

  private static float[] aboveNegative(float[] above, float[] below) {
    float[] both = new float[2 * above.length];
    for (int i = 0; i < above.length; i++) {
      both[i] = above[i];
      both[above.length + i] = -below[i];
    }
    return both;
  }
}
