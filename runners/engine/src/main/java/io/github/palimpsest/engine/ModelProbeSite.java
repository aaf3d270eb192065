package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.inference.Representations;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A model under a probe, on fixed examples in fixed batches. Sums over batches are computed in
 * double precision on the host.
 *
 * <p>Not for use by several threads at once.
 */
public final class ModelProbeSite implements ProbeSite, AutoCloseable {
  private static final String AT = "at/";
  private static final String OTHER = "other/";

  private final Model model;
  private final WeightSnapshot weights;
  private final WeightSnapshot pretrained;
  private final Graph graph = new Graph();
  private final Ops tf;
  private final ParameterStore store;
  private final BatchFeed batch;
  private final Session session;
  private final List<Map<Placeholder<?>, Tensor>> batches = new ArrayList<>();
  private final Operand<TFloat32> lossSum;
  private final Operand<TFloat32> weightSum;
  private final Operand<TFloat32> divergenceSum;
  private final Gradients gradients;
  private final List<Example> examples;
  private final Device device;
  private @Nullable Representations representations;

  /**
   * @param model the model
   * @param weights the measured weights, with adapters merged
   * @param pretrained the weights before any training
   * @param examples the examples for the loss; not empty
   * @param batchSize examples in a batch
   * @param device the device to run on
   */
  public ModelProbeSite(
      Model model,
      WeightSnapshot weights,
      WeightSnapshot pretrained,
      List<Example> examples,
      int batchSize,
      Device device) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a probe needs examples");
    }
    this.model = model;
    this.weights = weights;
    this.pretrained = pretrained;
    this.examples = List.copyOf(examples);
    this.device = device;
    tf = device.place(graph);
    store = new ParameterStore(tf);
    batch = new BatchFeed(tf, model);
    Params params = variables(AT);
    Placement placement = Placement.of(graph, device, model.parameters(), List.of());
    Forward at = model.forward(tf, weights(params, placement), batch);
    Forward other = model.forward(tf, weights(variables(OTHER), placement), batch);
    lossSum = tf.sum(at.lossPerExample(), tf.constant(0));
    weightSum = tf.sum(at.weightPerExample(), tf.constant(0));
    divergenceSum = divergence(at, other);
    gradients = Differentiation.gradient(graph, tf, lossSum, params);
    placement.place();
    session = device.session(graph, model.parameters());
    for (int from = 0; from < examples.size(); from += batchSize) {
      batches.add(
          batch.tensors(examples.subList(from, Math.min(examples.size(), from + batchSize))));
    }
  }

  private Weights weights(Params params, Placement placement) {
    return placement.noting(tf, new DenseWeights(tf, params.tensors()).on(placement));
  }

  private Params variables(String prefix) {
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    for (ParameterSpec p : model.parameters()) {
      reads.put(p.name(), store.variable(prefix + p.name(), p.shape(), 0));
    }
    return Params.of(Tensors.of(reads));
  }

  /** {@code sum over predictions of weight * sum_k p_k (log p_k - log q_k)}. */
  private Operand<TFloat32> divergence(Forward at, Forward other) {
    Operand<TFloat32> logP = tf.nn.logSoftmax(at.predictions(tf));
    Operand<TFloat32> logQ = tf.nn.logSoftmax(other.predictions(tf));
    Operand<TFloat32> perPrediction =
        tf.sum(tf.math.mul(tf.math.exp(logP), tf.math.sub(logP, logQ)), tf.constant(-1));
    Operand<TFloat32> weighted = tf.math.mul(perPrediction, at.weightPerPrediction());
    return tf.sum(tf.reshape(weighted, tf.constant(new int[] {-1})), tf.constant(0));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return model.parameters();
  }

  @Override
  public WeightSnapshot weights() {
    return weights;
  }

  @Override
  public WeightSnapshot pretrained() {
    return pretrained;
  }

  @Override
  public double loss(WeightSnapshot at) {
    store.assign(session, AT, at);
    return mean(lossSum);
  }

  @Override
  public double divergence(WeightSnapshot from, WeightSnapshot to) {
    store.assign(session, AT, from);
    store.assign(session, OTHER, to);
    return mean(divergenceSum);
  }

  private double mean(Operand<TFloat32> sum) {
    double total = 0;
    double weight = 0;
    for (Map<Placeholder<?>, Tensor> tensors : batches) {
      try (Result result = fetch(tensors, List.of(sum, weightSum))) {
        total += ((TFloat32) result.get(0)).getFloat();
        weight += ((TFloat32) result.get(1)).getFloat();
      }
    }
    return total / weight;
  }

  @Override
  public WeightSnapshot gradient(WeightSnapshot at) {
    store.assign(session, AT, at);
    List<String> names = List.copyOf(gradients.tensors().names());
    List<Operand<TFloat32>> fetches = new ArrayList<>();
    names.forEach(n -> fetches.add(gradients.tensors().get(n)));
    fetches.add(weightSum);
    TreeMap<String, double[]> sums = new TreeMap<>();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    for (ParameterSpec p : model.parameters()) {
      sums.put(p.name(), new double[Math.toIntExact(p.shape().size())]);
      shapes.put(p.name(), p.shape());
    }
    double weight = 0;
    for (Map<Placeholder<?>, Tensor> tensors : batches) {
      try (Result result = fetch(tensors, fetches)) {
        for (int i = 0; i < names.size(); i++) {
          float[] g = HostTensors.floats(result.get(i));
          double[] sum = sums.get(names.get(i));
          for (int k = 0; k < g.length; k++) {
            sum[k] += g[k];
          }
        }
        weight += ((TFloat32) result.get(names.size())).getFloat();
      }
    }
    TreeMap<String, float[]> means = new TreeMap<>();
    for (Map.Entry<String, double[]> e : sums.entrySet()) {
      float[] mean = new float[e.getValue().length];
      for (int k = 0; k < mean.length; k++) {
        mean[k] = (float) (e.getValue()[k] / weight);
      }
      means.put(e.getKey(), mean);
    }
    return WeightSnapshot.computed(shapes, means::get);
  }

  @Override
  public List<HostArray.Floats> representations(WeightSnapshot at) {
    Representations built = representations;
    if (built == null) {
      built = new Representations(model, at, examples, device);
      representations = built;
    }
    return built.at(at);
  }

  private Result fetch(Map<Placeholder<?>, Tensor> tensors, List<Operand<TFloat32>> fetches) {
    Session.Runner runner = session.runner();
    batch.feed(runner, tensors);
    fetches.forEach(runner::fetch);
    Result result = runner.run();
    Activity.moved();
    return result;
  }

  @Override
  public void close() {
    Representations open = representations;
    if (open != null) {
      open.close();
    }
    batches.forEach(b -> b.values().forEach(Tensor::close));
    session.close();
    graph.close();
  }
}
