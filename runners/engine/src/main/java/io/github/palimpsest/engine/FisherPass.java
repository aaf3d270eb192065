package io.github.palimpsest.engine;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Gradients;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;

/**
 * The mean over examples of the squared gradient of the data loss, one example at a time: {@code F
 * = 1/N sum_n (d/dw -log p(y_n | x_n))^2}. No penalty is part of it.
 */
final class FisherPass {
  private static final String SQUARES = "fisher/";

  private final TaskGraph task;
  private final Session session;
  private final List<Example> examples;
  private @Nullable List<Op> addSquares;

  FisherPass(TaskGraph task, Session session, List<Example> examples) {
    this.task = task;
    this.session = session;
    this.examples = examples;
  }

  WeightSnapshot meanSquaredGradient(int maxExamples) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    List<Op> add = built();
    task.store().fill(session, SQUARES);
    int count = Math.min(maxExamples, examples.size());
    for (Example example : examples.subList(0, count)) {
      Map<String, Tensor> one = task.batch().tensors(List.of(example));
      Session.Runner runner = session.runner();
      task.batch().feed(runner, one);
      add.forEach(runner::addTarget);
      runner.run().close();
      one.values().forEach(Tensor::close);
    }
    return mean(task.store().snapshot(session, SQUARES), count);
  }

  private List<Op> built() {
    List<Op> ops = addSquares;
    if (ops == null) {
      Params params = task.params();
      Gradients g =
          Differentiation.gradient(
              task.graph(), task.tf(), task.objective().at(params).lossSum(), params);
      List<Op> adds = new ArrayList<>();
      g.tensors()
          .byName()
          .forEach(
              (name, x) -> {
                task.store().variable(SQUARES + name, params.tensors().get(name).shape(), 0);
                adds.add(task.store().add(task.tf(), SQUARES + name, task.tf().math.square(x)));
              });
      ops = adds;
      addSquares = ops;
    }
    return ops;
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
