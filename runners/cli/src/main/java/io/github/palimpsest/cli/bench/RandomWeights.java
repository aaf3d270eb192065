package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.weights.Blocks;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Weights for timing: nearly normal, with the deviation of fresh weights. Like the weights of a
 * file they are computed tensor by tensor on access, so a large model is not in memory twice.
 */
final class RandomWeights {
  private static final double DEVIATION = 0.02;

  /** Increments of a counter whose mixed values are random (Steele, Lea and Flood 2014). */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The bits of a float that a number of bfloat16 has. */
  private static final int UPPER_HALF = 0xffff0000;

  private static final int PARTS = 4;
  private static final int PART = 16;

  /** Values that one thread computes at a time. */
  private static final int BLOCK = 1 << 18;

  private RandomWeights() {}

  static WeightSnapshot of(List<ParameterSpec> parameters, long seed) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    SortedMap<String, ParameterSpec.Role> roles = new TreeMap<>();
    for (ParameterSpec p : parameters) {
      shapes.put(p.name(), p.shape());
      roles.put(p.name(), p.role());
    }
    return new Drawn(
        WeightSnapshot.computed(
            shapes,
            name ->
                values(
                    Math.toIntExact(shapes.get(name).size()),
                    roles.get(name) == ParameterSpec.Role.NORM ? 1 : 0,
                    seed + name.hashCode())));
  }

  /** Weights with more bits than bfloat16 has. To find one by one would compute them all twice. */
  private record Drawn(WeightSnapshot weights) implements WeightSnapshot {
    @Override
    public SortedSet<String> names() {
      return weights.names();
    }

    @Override
    public Shape shape(String name) {
      return weights.shape(name);
    }

    @Override
    public FloatBuffer read(String name) {
      return weights.read(name);
    }

    @Override
    public boolean isBfloat16(String name) {
      return false;
    }
  }

  /** The same weights, each cut to a number of bfloat16. */
  static WeightSnapshot inBfloat16(WeightSnapshot weights) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    weights.names().forEach(name -> shapes.put(name, weights.shape(name)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] values = weights.copy(name);
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & UPPER_HALF);
          }
          return values;
        });
  }

  private static float[] values(int size, float mean, long seed) {
    float[] values = new float[size];
    Blocks.each(size, BLOCK, (from, to) -> fill(values, from, to, mean, seed));
    return values;
  }

  private static void fill(float[] values, int from, int to, float mean, long seed) {
    long counter = (seed + from) * GOLDEN;
    // a sum of four numbers, uniform in 16 bits, has a deviation of 2^16 sqrt(4 / 12)
    float scale = (float) (DEVIATION / ((1 << PART) * Math.sqrt(PARTS / 12.0)));
    int middle = PARTS << (PART - 1);
    for (int i = from; i < to; i++) {
      counter += GOLDEN;
      long z = (counter ^ (counter >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      int sum = (int) ((z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48));
      values[i] = mean + scale * (sum - middle);
    }
  }
}
