package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.weights.DrawnTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The view of a task's graph for one regularizer; memories and drawn tensors are variables that no
 * step sets.
 *
 * @param task the start of the task
 * @param regularizer the name of the regularizer's memories
 * @param tf the graph to build in
 * @param trainable the trainable parameters
 * @param startOperands their values before the first step
 * @param store the variables of the graph
 * @param drawn receives what is drawn
 */
record MemorySite(
    TaskStart task,
    String regularizer,
    Ops tf,
    List<ParameterSpec> trainable,
    Supplier<Tensors> startOperands,
    ParameterStore store,
    DrawnTensors drawn)
    implements RegularizerSite {

  /** The beginning of the names of a memory's variables. */
  static String prefix(String regularizer, String memory) {
    return "memory/" + regularizer + "/" + memory + "/";
  }

  @Override
  public int finishedTasks() {
    return task.task();
  }

  @Override
  public Tensors start() {
    return startOperands.get();
  }

  @Override
  public Set<String> memories() {
    return task.memories(regularizer).keySet();
  }

  @Override
  public Tensors memory(String name) {
    WeightSnapshot values = task.memories(regularizer).get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          "nothing is remembered as '" + name + "', only " + memories());
    }
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    String prefix = prefix(regularizer, name);
    for (String tensor : values.names()) {
      reads.put(tensor, store.variable(prefix + tensor, values.shape(tensor), 0));
    }
    return Tensors.of(reads);
  }

  /** The stream does not depend on the task, nor on what else is in the recipe. */
  @Override
  public Operand<TFloat32> drawn(
      String name, Shape shape, Function<RandomGenerator, float[]> draw) {
    return drawn.variable(
        store,
        regularizer + "/" + name,
        shape,
        () -> draw.apply(Streams.stream(task.seed(), "regularizer/" + name, 0, 0)));
  }
}
