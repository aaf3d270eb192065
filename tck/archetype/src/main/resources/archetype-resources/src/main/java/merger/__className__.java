package ${package};

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.TreeMap;

/**
 * {@code w = (1 - alpha) w_before + alpha w_after}, one tensor at a time when it is read.
 *
 * @param alpha 0 for the weights before the task, 1 for those after it
 */
record ${className}(float alpha) implements Merger {
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "0 for the weights before the task, 1 for those after it");

  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "${id}",
              "Goes part of the way from the weights before a task to those after it",
              "w = (1 - alpha) w_before + alpha w_after")
          .settings(ALPHA)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Wortsman et al. 2022, Wise-FT (arXiv:2109.01903)"))
          .creates(s -> new ${className}(s.get(ALPHA).floatValue()));

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    WeightSnapshot before = history.beforeTask();
    WeightSnapshot after = history.afterTask();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    after.names().forEach(name -> shapes.put(name, after.shape(name)));
    return WeightSnapshot.computed(
        shapes, name -> interpolated(before.read(name), after.read(name)));
  }

  private float[] interpolated(FloatBuffer before, FloatBuffer after) {
    float[] w = new float[after.remaining()];
    for (int i = 0; i < w.length; i++) {
      float w0 = before.get(i);
      float w1 = after.get(i);
      // what training did not change keeps its bits
      w[i] = w0 == w1 ? w1 : (1 - alpha) * w0 + alpha * w1;
    }
    return w;
  }
}
