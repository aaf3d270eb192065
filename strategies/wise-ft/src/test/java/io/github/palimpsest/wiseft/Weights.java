package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Small weights: vectors, of which "w" is looked at. */
final class Weights {
  /** A model with "w" outside its layers, and a stream for each name. */
  static final MergeSite SITE = site(new TreeMap<>(Map.of("w", -1)));

  private Weights() {}

  static MergeSite site(Map<String, Integer> layers) {
    return site(
        layers.entrySet().stream()
            .map(e -> new ParameterSpec(e.getKey(), Shape.of(1), Role.BIAS, e.getValue()))
            .toList());
  }

  /** A model with one kernel "w". */
  static MergeSite kernel(Shape shape) {
    return site(List.of(new ParameterSpec("w", shape, Role.KERNEL, 0)));
  }

  static MergeSite site(List<ParameterSpec> parameters) {
    return new MergeSite() {
      @Override
      public List<ParameterSpec> parameters() {
        return parameters;
      }

      @Override
      public RandomGenerator stream(String name) {
        return new Random(name.hashCode());
      }

      @Override
      public WeightSnapshot meanSquaredGradient(
          WeightSnapshot at, int maxExamples, FinishedTask.Labels labels) {
        return meanSquaredGradient(at, 0, maxExamples, labels);
      }

      /** The weights' own square, twice if labels are sampled; of task t, t more. */
      @Override
      public WeightSnapshot meanSquaredGradient(
          WeightSnapshot at, int task, int maxExamples, FinishedTask.Labels labels) {
        float[] f = at.copy("w");
        for (int i = 0; i < f.length; i++) {
          f[i] = f[i] * f[i] * (labels == FinishedTask.Labels.SAMPLED ? 2 : 1) + task;
        }
        return Weights.of(Map.of("w", f));
      }

      @Override
      public WeightSnapshot inputMoments(
          WeightSnapshot at, int task, Set<String> kernels, int maxExamples) {
        throw new UnsupportedOperationException("no merger here asks for inputs");
      }
    };
  }

  static WeightSnapshot of(Map<String, float[]> values) {
    Map<String, Shape> shapes = new TreeMap<>();
    values.forEach((name, v) -> shapes.put(name, Shape.of(v.length)));
    return WeightSnapshot.of(shapes, values);
  }

  static WeightSnapshot w(float... values) {
    return of(Map.of("w", values));
  }

  /** After the first task: theta0 is both pre-trained and previous. */
  static WeightHistory first(WeightSnapshot theta0, WeightSnapshot theta1) {
    return WeightHistory.of(theta0, theta0, theta1, 0, SITE);
  }

  static WeightSnapshot random(int seed, int size) {
    Random rng = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) rng.nextGaussian();
    }
    return w(values);
  }

  static int[] bits(WeightSnapshot s) {
    float[] values = s.copy("w");
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
