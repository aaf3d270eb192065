package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A finished task with given weights and importance, which records its calls. After {@link
 * #trainOn} its snapshots show other values, so that a component that kept one instead of
 * remembering it is detected.
 */
public final class ScriptedTask implements FinishedTask {
  private final int index;
  private final List<ParameterSpec> model;
  private final List<ParameterSpec> specs;
  private Named weights;
  private final Named importance;
  private final TreeMap<String, WeightSnapshot> memories;
  private final Named start;
  private boolean askedForImportance;
  private boolean askedForTracked;
  private int averaged = 1;
  private boolean signs;
  private final List<String> asked = new ArrayList<>();

  /**
   * @param index the task
   * @param model the model's parameters
   * @param specs the trainable parameters
   * @param start their values before the first step
   * @param weights their values after the last step
   * @param importance their mean squared gradient, and any other estimate
   * @param memories the earlier memories
   */
  public ScriptedTask(
      int index,
      List<ParameterSpec> model,
      List<ParameterSpec> specs,
      Named start,
      Named weights,
      Named importance,
      SortedMap<String, WeightSnapshot> memories) {
    this.index = index;
    this.model = List.copyOf(model);
    this.specs = specs;
    this.start = start;
    this.weights = weights;
    this.importance = importance;
    this.memories = new TreeMap<>(memories);
  }

  /** The present memories. */
  public SortedMap<String, WeightSnapshot> memories() {
    return memories;
  }

  /** Whether {@link #meanSquaredGradient} was called. */
  public boolean askedForImportance() {
    return askedForImportance;
  }

  /** Whether {@link #tracked} was called. */
  public boolean askedForTracked() {
    return askedForTracked;
  }

  /** The largest number of examples whose gradients were averaged before they were squared. */
  public int averaged() {
    return averaged;
  }

  /** What was asked for, in order: estimates, slots and moments, and names of memories. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Moves the weights, as training of the next task does. */
  public void trainOn() {
    weights = weights.zip(weights, (a, b) -> a + 1);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public WeightSnapshot weights() {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    specs.forEach(p -> shapes.put(p.name(), p.shape()));
    return WeightSnapshot.computed(shapes, name -> weights.values().get(name));
  }

  @Override
  public WeightSnapshot start() {
    return start.snapshot(specs);
  }

  /** Gives what is tracked either sign: it need not be a square. */
  public void trackWithSigns() {
    signs = true;
  }

  @Override
  public WeightSnapshot tracked(String slot) {
    askedForTracked = true;
    asked.add("tracked " + slot);
    int[] place = {0};
    Named signed = importance.zip(importance, (a, b) -> signs && place[0]++ % 3 > 0 ? -a : a);
    return signed.snapshot(specs);
  }

  @Override
  public WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function) {
    asked.add("absolute " + maxExamples);
    return importance.snapshot(specs);
  }

  @Override
  public WeightSnapshot meanSquaredGradient(Estimate how) {
    averaged = Math.max(averaged, how.batch());
    askedForImportance = true;
    asked.add(how.toString());
    return importance.snapshot(specs);
  }

  /** They follow from the task's weights, so that tasks with other weights have others. */
  @Override
  public WeightSnapshot inputMoments(Set<String> kernels, int maxExamples) {
    asked.add("moments " + new TreeSet<>(kernels) + " " + maxExamples);
    return new ScriptedMoments(model, index + weights.norm()).of(kernels, maxExamples);
  }

  @Override
  public Optional<WeightSnapshot> recall(String name) {
    return Optional.ofNullable(memories.get(name));
  }

  @Override
  public void remember(String name, WeightSnapshot value) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String tensor : value.names()) {
      shapes.put(tensor, value.shape(tensor));
      values.put(tensor, value.copy(tensor));
    }
    memories.put(name, WeightSnapshot.of(shapes, values));
  }
}
