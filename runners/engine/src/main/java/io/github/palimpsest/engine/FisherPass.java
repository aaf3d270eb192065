package io.github.palimpsest.engine;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Forward;
import io.github.palimpsest.api.Gradients;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Means over the examples of a task, one example at a time, of what becomes of the gradient of a
 * scalar. No penalty is part of it.
 */
final class FisherPass {
  private static final String SUM = "fisher/";

  private final TaskGraph task;
  private final Session session;
  private final List<Example> examples;
  private final Map<Object, Pass> passes = new LinkedHashMap<>();

  /** Adds one example to the variables that begin so. */
  private record Pass(String prefix, List<Op> add) {}

  FisherPass(TaskGraph task, Session session, List<Example> examples) {
    this.task = task;
    this.session = session;
    this.examples = examples;
  }

  /** The empirical Fisher: {@code F = 1/N sum_n (d/dw -log p(y_n | x_n))^2}. */
  WeightSnapshot meanSquaredGradient(int maxExamples) {
    return mean(
        maxExamples,
        passes.computeIfAbsent(
            "fisher",
            k -> pass(task.objective().at(task.params()).lossSum(), task.tf().math::square)));
  }

  /** {@code 1/N sum_n |d/dw f(x_n)|}. */
  WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> f) {
    return mean(
        maxExamples,
        passes.computeIfAbsent(
            f,
            k ->
                pass(
                    f.apply(task.tf(), task.objective().at(task.params()).forward()),
                    task.tf().math::abs)));
  }

  private Pass pass(Operand<TFloat32> scalar, UnaryOperator<Operand<TFloat32>> of) {
    String prefix = SUM + passes.size() + "/";
    Params params = task.params();
    Gradients g = Differentiation.gradient(task.graph(), task.tf(), scalar, params);
    List<Op> add = new ArrayList<>();
    g.tensors()
        .byName()
        .forEach(
            (name, x) -> {
              task.store().variable(prefix + name, params.tensors().get(name).shape(), 0);
              add.add(task.store().add(task.tf(), prefix + name, of.apply(x)));
            });
    return new Pass(prefix, add);
  }

  private WeightSnapshot mean(int maxExamples, Pass pass) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    task.store().fill(session, pass.prefix());
    int count = Math.min(maxExamples, examples.size());
    for (Example example : examples.subList(0, count)) {
      Map<String, Tensor> one = task.batch().tensors(List.of(example));
      Session.Runner runner = session.runner();
      task.batch().feed(runner, one);
      pass.add().forEach(runner::addTarget);
      runner.run().close();
      one.values().forEach(Tensor::close);
    }
    return mean(task.store().snapshot(session, pass.prefix()), count);
  }

  private static WeightSnapshot mean(WeightSnapshot sum, int count) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : sum.names()) {
      float[] mean = sum.copy(name);
      for (int i = 0; i < mean.length; i++) {
        mean[i] /= count;
      }
      shapes.put(name, sum.shape(name));
      values.put(name, mean);
    }
    return WeightSnapshot.computed(shapes, values::get);
  }
}
