package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.inference.InputMoments;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The base of an adapter together with the tensors that the adapter derives from it.
 *
 * @param plain the model's weights
 * @param derived values of {@link BoundAdapter#derived()}
 */
public record AdaptedBase(WeightSnapshot plain, WeightSnapshot derived) implements WeightSnapshot {
  /**
   * The base in the form that an adapter takes: the base itself, unless there are tensors to
   * derive. These are always computed on the CPU, so that a singular vector has the same sign
   * everywhere.
   *
   * @param model the model
   * @param base its weights
   * @param bound the adapter, bound to the model
   * @param corpus examples of the pretraining data, for adapters that use them
   * @param rng random numbers, for adapters that use them
   */
  public static WeightSnapshot of(
      Model model,
      WeightSnapshot base,
      BoundAdapter bound,
      List<Example> corpus,
      RandomGenerator rng) {
    return of(model, base, bound, corpus, rng, Device.CPU);
  }

  private static WeightSnapshot of(
      Model model,
      WeightSnapshot base,
      BoundAdapter bound,
      List<Example> corpus,
      RandomGenerator rng,
      Device device) {
    return bound.derived().isEmpty()
        ? base
        : new AdaptedBase(base, derive(model, base, bound, corpus, rng, device.host()));
  }

  /** The same for an optional adapter. */
  static WeightSnapshot of(
      Model model,
      WeightSnapshot base,
      Optional<Adapter> adapter,
      List<Example> corpus,
      RandomGenerator rng,
      Device device) {
    return adapter
        .map(a -> of(model, base, a.bind(model.parameters()), corpus, rng, device))
        .orElse(base);
  }

  /**
   * The random numbers of an adapter that is bound before a task.
   *
   * @param seed the run's seed
   * @param task the task, from 0
   */
  public static RandomGenerator rng(long seed, int task) {
    return Streams.stream(seed, "adapter-derive", task, 0);
  }

  private static WeightSnapshot derive(
      Model model,
      WeightSnapshot base,
      BoundAdapter bound,
      List<Example> corpus,
      RandomGenerator rng,
      Device cpu) {
    try (Graph graph = new Graph()) {
      Ops tf = cpu.place(graph);
      ParameterStore store = new ParameterStore(tf);
      Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
      for (ParameterSpec p : model.parameters()) {
        reads.put(p.name(), store.variable(p.name(), p.shape(), 0));
      }
      InputMoments inputs = new InputMoments(tf, model, corpus);
      Tensors built = bound.derive(tf, new DenseWeights(tf, Tensors.of(reads)), inputs, rng);
      Map<Placeholder<TFloat32>, HostArray> moments = inputs.values(base);
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      try (Session session = cpu.session(graph, model.parameters())) {
        store.assign(session, "", base);
        for (ParameterSpec p : bound.derived()) {
          shapes.put(p.name(), p.shape());
          values.put(p.name(), fetched(session, built.get(p.name()), moments));
        }
      }
      return WeightSnapshot.of(shapes, values);
    }
  }

  private static float[] fetched(
      Session session, Operand<TFloat32> of, Map<Placeholder<TFloat32>, HostArray> moments) {
    Session.Runner runner = session.runner().fetch(of);
    List<Tensor> fed = new ArrayList<>();
    moments.forEach(
        (placeholder, moment) -> {
          if (Differentiation.depends(of, List.of(placeholder))) {
            Tensor t = HostTensors.of(moment);
            fed.add(t);
            runner.feed(placeholder, t);
          }
        });
    try (Result result = runner.run()) {
      return HostTensors.floats(result.get(0));
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  @Override
  public SortedSet<String> names() {
    TreeSet<String> names = new TreeSet<>(plain.names());
    names.addAll(derived.names());
    return Collections.unmodifiableSortedSet(names);
  }

  private WeightSnapshot holder(String name) {
    return derived.names().contains(name) ? derived : plain;
  }

  @Override
  public Shape shape(String name) {
    return holder(name).shape(name);
  }

  @Override
  public FloatBuffer read(String name) {
    return holder(name).read(name);
  }

  @Override
  public boolean isBfloat16(String name) {
    return holder(name).isBfloat16(name);
  }
}
