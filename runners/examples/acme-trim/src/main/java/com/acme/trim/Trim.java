package com.acme.trim;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.TreeMap;

/**
 * {@code w = w_after where |w_after - w_before| >= threshold * max |w_after - w_before|, else
 * w_before}, with the maximum of each tensor.
 *
 * @param threshold the share of the largest change; 0 keeps every change
 */
record Trim(double threshold) implements Merger {
  static final Setting<Double> THRESHOLD =
      Setting.real("threshold", 0.1, 0, 1, "share of a tensor's largest change; 0 keeps all");

  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "acme.trim",
              "Undoes changes that are small next to the largest one of their tensor",
              "w = w_after where |change| >= threshold max |change|, else w_before")
          .settings(THRESHOLD)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "after Yadav et al. 2023, TIES, step 1 (arXiv:2306.01708)"))
          // no point of the line between the two ends
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new Trim(s.get(THRESHOLD)));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    WeightSnapshot before = history.beforeTask();
    WeightSnapshot after = history.afterTask();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    after.names().forEach(name -> shapes.put(name, after.shape(name)));
    return WeightSnapshot.computed(shapes, name -> trimmed(before.read(name), after.copy(name)));
  }

  private float[] trimmed(FloatBuffer before, float[] w) {
    double largest = 0;
    for (int i = 0; i < w.length; i++) {
      largest = Math.max(largest, Math.abs((double) w[i] - before.get(i)));
    }
    for (int i = 0; i < w.length; i++) {
      if (Math.abs((double) w[i] - before.get(i)) < threshold * largest) {
        w[i] = before.get(i);
      }
    }
    return w;
  }
}
