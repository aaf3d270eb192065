package io.github.palimpsest.testing;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * An optimizer run step by step with everything in view: weights after each step, and for each
 * oracle call its point, loss and gradient. Weights and state are fed and fetched, so this shares
 * no code with the engine and can disagree with it.
 */
public final class TracedRun {
  private TracedRun() {}

  /**
   * One call of the oracle.
   *
   * @param loss the value of the terms asked for
   * @param point where, by parameter
   * @param gradient the gradient there, by parameter
   */
  public record Call(double loss, Map<String, float[]> point, Map<String, float[]> gradient) {}

  /**
   * One step.
   *
   * @param before weights before it
   * @param after weights after it
   * @param calls what was asked of the oracle, in order
   */
  public record Step(Map<String, float[]> before, Map<String, float[]> after, List<Call> calls) {}

  /** Runs without a penalty. */
  public static List<Step> of(
      Model model, Optimizer optimizer, WeightSnapshot start, List<List<Example>> batches) {
    return of(model, optimizer, start, batches, (tf, at) -> tf.constant(0f));
  }

  /**
   * Runs one step for each batch.
   *
   * @param penalty the penalty term of the objective
   */
  public static List<Step> of(
      Model model,
      Optimizer optimizer,
      WeightSnapshot start,
      List<List<Example>> batches,
      BiFunction<Ops, Params, Operand<TFloat32>> penalty) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<TracedGraph> phases = new ArrayList<>();
      for (int p = 0; p < optimizer.phases(); p++) {
        phases.add(TracedGraph.build(tf, model, optimizer, p, penalty));
      }
      try (Session session = new Session(graph, plain())) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        model.parameters().forEach(s -> weights.put(s.name(), start.copy(s.name())));
        Map<String, float[]> slots = new TreeMap<>();
        phases.forEach(
            p -> p.slots().forEach((name, slot) -> slots.putIfAbsent(name, slot.initial(weights))));
        List<Step> steps = new ArrayList<>();
        for (int t = 0; t < batches.size(); t++) {
          TracedGraph step = phases.get(optimizer.phaseOf(0, t, batches.size()));
          steps.add(step(session, step, model.batch(batches.get(t)), weights, slots, t, batches));
        }
        return steps;
      }
    }
  }

  /** Some steps of a small graph gain nothing from rewriting it, and wait for it. */
  private static ConfigProto plain() {
    ConfigProto.Builder config = ConfigProto.newBuilder();
    config
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(1)
        .getGraphOptionsBuilder()
        .getRewriteOptionsBuilder()
        .setDisableMetaOptimizer(true);
    return config.build();
  }

  private static Step step(
      Session session,
      TracedGraph graph,
      Map<String, HostArray> batch,
      Map<String, float[]> weights,
      Map<String, float[]> slots,
      int t,
      List<List<Example>> batches) {
    Session.Runner runner = session.runner();
    List<Tensor> fed = new ArrayList<>();
    Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
    graph.inputs().forEach((name, p) -> feeds.put(p, tensor(batch.get(name))));
    graph.weights().forEach((name, p) -> feeds.put(p, floats(weights.get(name), p.shape())));
    graph
        .slots()
        .forEach(
            (name, slot) -> feeds.put(slot.old(), floats(slots.get(name), slot.old().shape())));
    graph
        .schedules()
        .forEach(
            (p, s) ->
                feeds.put(
                    p, floats(new float[] {(float) s.at(t, batches.size())}, Shape.scalar())));
    graph.noise().forEach((p, n) -> feeds.put(p, floats(n.draw(t, p.shape()), p.shape())));
    feeds.forEach(
        (p, value) -> {
          runner.feed(p, value);
          fed.add(value);
        });
    graph.fetches().forEach(runner::fetch);
    try (var result = runner.run()) {
      List<float[]> values = new ArrayList<>();
      result.forEach(e -> values.add(floats((TFloat32) e.getValue())));
      return graph.read(values, weights, slots);
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private static Tensor tensor(HostArray array) {
    Shape shape = Shape.of(array.shape());
    return array instanceof HostArray.Ints ints
        ? TInt32.tensorOf(shape, DataBuffers.of(ints.toArray()))
        : floats(((HostArray.Floats) array).toArray(), shape);
  }

  private static TFloat32 floats(float[] values, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }

  private static float[] floats(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
