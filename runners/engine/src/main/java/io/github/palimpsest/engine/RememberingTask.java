package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.inference.MomentPass;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The view of a finished task for one regularizer; collects the regularizer's memories. */
final class RememberingTask implements FinishedTask {
  private final TaskStart start;
  private final String regularizer;
  private final WeightSnapshot weights;
  private final FisherPass fisher;
  private final List<Example> examples;
  private final TreeMap<String, WeightSnapshot> memories;

  /**
   * @param examples the task's examples, in the order in which the Fisher takes them
   */
  RememberingTask(
      TaskStart start,
      String regularizer,
      WeightSnapshot weights,
      FisherPass fisher,
      List<Example> examples) {
    this.start = start;
    this.regularizer = regularizer;
    this.weights = weights;
    this.fisher = fisher;
    this.examples = examples;
    this.memories = new TreeMap<>(start.memories(regularizer));
  }

  SortedMap<String, WeightSnapshot> memories() {
    return memories;
  }

  @Override
  public int index() {
    return start.task();
  }

  @Override
  public WeightSnapshot start() {
    return start.before();
  }

  @Override
  public WeightSnapshot weights() {
    return weights;
  }

  @Override
  public WeightSnapshot tracked(String slot) {
    String prefix = SlotStore.tracked(regularizer, slot);
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : start.tracked().names()) {
      if (name.startsWith(prefix)) {
        shapes.put(name.substring(prefix.length()), start.tracked().shape(name));
        values.put(name.substring(prefix.length()), start.tracked().copy(name));
      }
    }
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException(
          "no slot '" + slot + "' was tracked, only " + start.tracked().names());
    }
    return WeightSnapshot.computed(shapes, values::get);
  }

  @Override
  public WeightSnapshot weights(Space space) {
    return space == Space.EFFECTIVE && start.seats().adapter().isPresent()
        ? fisher.effectiveWeights()
        : weights;
  }

  @Override
  public WeightSnapshot meanSquaredGradient(Estimate how) {
    return fisher.meanSquaredGradient(how);
  }

  @Override
  public WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function) {
    return fisher.meanAbsoluteGradient(maxExamples, function);
  }

  /** Of the plain model: its kernels have these inputs whatever an adapter trains. */
  @Override
  public WeightSnapshot inputMoments(Set<String> kernels, int maxExamples) {
    WeightSnapshot merged =
        start.boundAdapter().map(a -> a.merge(weights, start.base())).orElse(weights);
    return new MomentPass(start.model(), merged, start.device()).of(kernels, maxExamples, examples);
  }

  @Override
  public Optional<WeightSnapshot> recall(String name) {
    return Optional.ofNullable(memories.get(name));
  }

  @Override
  public void remember(String name, WeightSnapshot value) {
    memories.put(name, copied(value));
  }

  /** Copies every value, so that lazily computed values of the regularizer cannot change later. */
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
