package ${package};

import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.merger.WeightMerger;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;

/**
 * {@code w = (1 - alpha) w_before + alpha w_after}, one tensor at a time when it is read.
 *
 * @param alpha 0 for the weights before the task, 1 for those after it
 */
record ${className}(float alpha) implements WeightMerger {
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
