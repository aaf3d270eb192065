package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.tck.rig.ForwardingTask;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** A finished task with another importance. */
public record OtherImportance(FinishedTask task, int batch, DoubleUnaryOperator change)
    implements ForwardingTask {
  @Override
  public WeightSnapshot meanSquaredGradient(Estimate how) {
    WeightSnapshot f = task.meanSquaredGradient(how.batch(batch));
    TreeMap<String, Shape> shapes = new TreeMap<>();
    f.names().forEach(n -> shapes.put(n, f.shape(n)));
    return WeightSnapshot.computed(
        shapes,
        n -> {
          float[] v = f.copy(n);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) change.applyAsDouble(v[i]);
          }
          return v;
        });
  }
}
