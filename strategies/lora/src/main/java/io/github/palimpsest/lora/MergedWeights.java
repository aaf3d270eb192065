package io.github.palimpsest.lora;

import io.github.palimpsest.api.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;
import org.tensorflow.ndarray.Shape;

/**
 * A model's weights with some tensors replaced, computed when read: one tensor in memory, not a
 * model.
 *
 * @param base the model's weights
 * @param adapted the names of the tensors replaced
 * @param merged computes a replaced tensor
 */
record MergedWeights(WeightSnapshot base, Set<String> adapted, Function<String, float[]> merged)
    implements WeightSnapshot {
  @Override
  public SortedSet<String> names() {
    return base.names();
  }

  @Override
  public Shape shape(String name) {
    return base.shape(name);
  }

  @Override
  public FloatBuffer read(String name) {
    return adapted.contains(name)
        ? FloatBuffer.wrap(merged.apply(name)).asReadOnlyBuffer()
        : base.read(name);
  }
}
