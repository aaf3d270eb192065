package io.github.palimpsest.ewc;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How the importances of one task are scaled before they are kept: first divided by a norm over all
 * tensors together, then cut.
 *
 * @param norm what to divide by
 * @param clip the largest value kept; 0 cuts nothing
 */
record Importance(Norm norm, double clip) {
  /** What importances are divided by. */
  enum Norm {
    /** Nothing. */
    NONE,
    /** Their largest entry. */
    MAX,
    /** The mean of all entries. */
    MEAN
  }

  /** Divided by the norm (unless that is 0), then cut. */
  WeightSnapshot scaled(WeightSnapshot importance) {
    if (norm == Norm.NONE && clip == 0) {
      return importance;
    }
    double divisor = divisor(importance);
    double cut = clip == 0 ? Double.MAX_VALUE : clip;
    return mapped(
        importance,
        name -> {
          float[] v = importance.copy(name);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) Math.min(v[i] / divisor, cut);
          }
          return v;
        });
  }

  private double divisor(WeightSnapshot importance) {
    double largest = 0;
    double sum = 0;
    long count = 0;
    for (String name : importance.names()) {
      for (float v : importance.copy(name)) {
        largest = Math.max(largest, v);
        sum += v;
        count++;
      }
    }
    double divisor =
        switch (norm) {
          case NONE -> 1;
          case MAX -> largest;
          case MEAN -> sum / count;
        };
    return divisor == 0 ? 1 : divisor;
  }

  /** {@code share * old + latest}. */
  static WeightSnapshot sum(double share, WeightSnapshot old, WeightSnapshot latest) {
    return mapped(
        latest,
        name -> {
          float[] v = latest.copy(name);
          float[] o = old.copy(name);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) (share * o[i] + v[i]);
          }
          return v;
        });
  }

  static WeightSnapshot mapped(WeightSnapshot like, Function<String, float[]> values) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    like.names().forEach(name -> shapes.put(name, like.shape(name)));
    return WeightSnapshot.computed(shapes, values);
  }
}
