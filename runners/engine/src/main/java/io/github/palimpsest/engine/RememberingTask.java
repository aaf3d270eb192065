package io.github.palimpsest.engine;

import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;

/** A finished task as one regularizer sees it; collects what the regularizer remembers. */
final class RememberingTask implements FinishedTask {
  private final int index;
  private final WeightSnapshot weights;
  private final FisherPass fisher;
  private final TreeMap<String, WeightSnapshot> memories;

  RememberingTask(
      int index,
      WeightSnapshot weights,
      FisherPass fisher,
      SortedMap<String, WeightSnapshot> memories) {
    this.index = index;
    this.weights = weights;
    this.fisher = fisher;
    this.memories = new TreeMap<>(memories);
  }

  SortedMap<String, WeightSnapshot> memories() {
    return memories;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public WeightSnapshot weights() {
    return weights;
  }

  @Override
  public WeightSnapshot meanSquaredGradient(int maxExamples) {
    return fisher.meanSquaredGradient(maxExamples);
  }

  @Override
  public Optional<WeightSnapshot> recall(String name) {
    return Optional.ofNullable(memories.get(name));
  }

  @Override
  public void remember(String name, WeightSnapshot value) {
    memories.put(name, copied(value));
  }

  /** Copies every value, so that nothing that the regularizer computes lazily can change later. */
  static WeightSnapshot copied(WeightSnapshot value) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : value.names()) {
      shapes.put(name, value.shape(name));
      values.put(name, value.copy(name));
    }
    return WeightSnapshot.computed(shapes, values::get);
  }
}
