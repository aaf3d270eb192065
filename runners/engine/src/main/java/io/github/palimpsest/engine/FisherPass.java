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
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * The mean over examples of the squared gradient of the data loss, one example at a time: {@code F
 * = 1/N sum_n (d/dw -log p(y_n | x_n))^2}. No penalty is part of it.
 */
final class FisherPass {
  private static final String SQUARES = "fisher/";

  private final Graph graph;
  private final Ops tf;
  private final Objective objective;
  private final Params params;
  private final BatchFeed batch;
  private final ParameterStore store;
  private final Session session;
  private final List<Example> examples;
  private @Nullable List<Op> addSquares;

  FisherPass(
      Graph graph,
      Ops tf,
      Objective objective,
      Params params,
      BatchFeed batch,
      ParameterStore store,
      Session session,
      List<Example> examples) {
    this.graph = graph;
    this.tf = tf;
    this.objective = objective;
    this.params = params;
    this.batch = batch;
    this.store = store;
    this.session = session;
    this.examples = examples;
  }

  WeightSnapshot meanSquaredGradient(int maxExamples) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    List<Op> add = built();
    store.fill(session, SQUARES);
    int count = Math.min(maxExamples, examples.size());
    for (Example example : examples.subList(0, count)) {
      Map<String, Tensor> one = batch.tensors(List.of(example));
      Session.Runner runner = session.runner();
      batch.feed(runner, one);
      add.forEach(runner::addTarget);
      runner.run().close();
      one.values().forEach(Tensor::close);
    }
    return mean(store.snapshot(session, SQUARES), count);
  }

  private List<Op> built() {
    List<Op> ops = addSquares;
    if (ops == null) {
      Gradients g = Differentiation.gradient(graph, tf, objective.at(params).lossSum(), params);
      List<Op> adds = new ArrayList<>();
      g.tensors()
          .byName()
          .forEach(
              (name, x) -> {
                store.variable(SQUARES + name, params.tensors().get(name).shape(), 0);
                adds.add(store.add(tf, SQUARES + name, tf.math.square(x)));
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
