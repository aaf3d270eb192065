package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.device.Placement;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Programs that only read weights: evaluation and generation. Several programs share one set of
 * weights, which can be replaced without building the programs again.
 *
 * <p>Not for use by several threads at once, except for runs of programs.
 */
public final class Inference implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private final Ops tf;
  private final Placement placement;
  private final ParameterStore store;
  private final Weights weights;
  private final SortedMap<String, Shape> added;
  private final Optional<InputRows> rows;
  private long loads;
  private final Op emptied;
  private final int sideBySide;

  /** Builds the graph of a program. */
  @FunctionalInterface
  public interface Program {
    /**
     * @param tf the graph to build in
     * @param at the weights
     * @param inputs the operand of each declared input
     * @return the outputs by name: 32-bit floats or integers
     */
    Map<String, Operand<?>> build(Ops tf, Weights at, Function<InputSpec, Operand<?>> inputs);
  }

  /**
   * @param parameters all parameters of the model
   * @param values their values, and those of biases and rows that an adapter adds
   * @param device the device to run on
   */
  public Inference(List<ParameterSpec> parameters, WeightSnapshot values, Device device) {
    session = device.session(graph, parameters);
    sideBySide = device.sideBySide(parameters);
    tf = device.place(graph);
    placement = Placement.of(graph, device, parameters, List.of());
    store = new ParameterStore(tf);
    Weights plain = new DenseWeights(tf, variables(parameters)).on(placement);
    List<AddedBias> biases = AddedBias.in(values, parameters);
    rows = InputRows.in(values, parameters);
    added = added(values);
    Weights biased =
        biases.isEmpty()
            ? plain
            : AddedBias.on(
                tf, plain, variables(biases.stream().map(AddedBias::parameter).toList()));
    weights = placement.noting(tf, rows.map(r -> after(r, biased)).orElse(biased));
    emptied = store.emptied();
    placement.place();
    load(values);
  }

  private Weights after(InputRows r, Weights then) {
    ParameterSpec p = r.parameter();
    return InputRows.on(then, r.table(), variables(List.of(p)).get(p.name()));
  }

  /** What weights have that is no tensor of a model. */
  private static SortedMap<String, Shape> added(WeightSnapshot values) {
    SortedMap<String, Shape> all = new TreeMap<>();
    AddedBias.names(values).forEach(name -> all.put(name, values.shape(name)));
    InputRows.names(values).forEach(name -> all.put(name, values.shape(name)));
    return all;
  }

  private Tensors variables(List<ParameterSpec> parameters) {
    Map<String, Operand<TFloat32>> reads = new LinkedHashMap<>();
    for (ParameterSpec p : parameters) {
      reads.put(p.name(), store.variable(p.name(), p.shape(), 0));
    }
    return Tensors.of(reads);
  }

  /** Whether weights have the added biases and the rows before the input of the programs. */
  public boolean takes(WeightSnapshot values) {
    return added.equals(added(values));
  }

  /** The rows before the input of every sequence. */
  public Optional<InputRows> rows() {
    return rows;
  }

  /** The number of runs that keep the processors busy; see {@link Device#sideBySide}. */
  public int sideBySide() {
    return sideBySide;
  }

  /** The number of times that weights were loaded. */
  public long loads() {
    return loads;
  }

  /**
   * Refuses examples that are too long with the rows before their input.
   *
   * @throws PalimpsestException naming the example
   */
  public void requireRoom(Model model, List<Example> examples) {
    rows.map(r -> InputRoom.of(model, r)).ifPresent(room -> examples.forEach(room::require));
  }

  /** Gives up the memory of the weights; {@link #load} must be called before the next run. */
  public void release() {
    session.runner().addTarget(emptied).run().close();
  }

  /**
   * Replaces all weights.
   *
   * @throws IllegalArgumentException if this does not {@linkplain #takes take} them
   */
  public void load(WeightSnapshot values) {
    if (!takes(values)) {
      throw new IllegalArgumentException(
          "added biases and rows "
              + added(values)
              + " are not those of the programs, "
              + added
              + ": build others");
    }
    loads++;
    store.assign(session, "", values);
  }

  /** Adds a program to the graph. */
  public Call program(List<InputSpec> inputs, Program program) {
    Map<String, Placeholder<?>> feeds = new LinkedHashMap<>();
    for (InputSpec in : inputs) {
      feeds.put(in.name(), placeholder(tf, in));
    }
    Map<String, Operand<?>> outputs =
        program.build(
            tf,
            weights,
            in -> {
              Placeholder<?> p = feeds.get(in.name());
              if (p == null) {
                throw new IllegalArgumentException(
                    "no input '" + in.name() + "' among " + feeds.keySet());
              }
              return p;
            });
    placement.place();
    return new Call(feeds, new LinkedHashMap<>(outputs));
  }

  /** A placeholder for an input of a model. */
  public static Placeholder<?> placeholder(Ops tf, InputSpec in) {
    Placeholder.Options shape = Placeholder.shape(Shapes.of(in.shape()));
    return switch (in.type()) {
      case INT32 -> tf.placeholder(TInt32.class, shape);
      case FLOAT32 -> tf.placeholder(TFloat32.class, shape);
    };
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  /** A program that can be run again and again. */
  public final class Call {
    private final Map<String, Placeholder<?>> feeds;
    private final Map<String, Operand<?>> outputs;

    private Call(Map<String, Placeholder<?>> feeds, Map<String, Operand<?>> outputs) {
      this.feeds = feeds;
      this.outputs = outputs;
    }

    /**
     * Runs once.
     *
     * @param inputs a value for each declared input
     * @return copies of all outputs
     */
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      try (Held held = run(inputs, Held.NOTHING, Set.of())) {
        return held.arrays();
      }
    }

    /**
     * Runs once, with some inputs taken from outputs of an earlier run that stayed in the
     * framework's memory, so that for example a key-value cache is never copied.
     *
     * @param inputs values for the inputs that {@code from} does not hold
     * @param from earlier outputs, used as the inputs of the same names
     * @param keep outputs that stay in memory in the same way instead of being copied
     */
    public Held run(Map<String, HostArray> inputs, Held from, Set<String> keep) {
      List<Tensor> fed = new ArrayList<>();
      try {
        Session.Runner runner = session.runner();
        feeds.forEach(
            (name, placeholder) -> {
              HostArray array = inputs.get(name);
              Tensor tensor = array == null ? from.tensors.get(name) : HostTensors.of(array);
              if (tensor == null) {
                throw new IllegalArgumentException(
                    "input '" + name + "' has no value; given " + inputs.keySet());
              }
              if (array != null) {
                fed.add(tensor);
              }
              runner.feed(placeholder, tensor);
            });
        outputs.values().forEach(runner::fetch);
        Result result = runner.run();
        Activity.moved();
        return new Held(result, List.copyOf(outputs.keySet()), keep);
      } finally {
        fed.forEach(Tensor::close);
      }
    }
  }

  /** The outputs of one run; close it when the kept ones are no longer needed. */
  public static final class Held implements AutoCloseable {
    /** No outputs. */
    public static final Held NOTHING = new Held();

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, HostArray> arrays = new LinkedHashMap<>();
    private final List<AutoCloseable> owned = new ArrayList<>();

    private Held() {}

    private Held(Result result, List<String> names, Set<String> keep) {
      for (int i = 0; i < names.size(); i++) {
        if (keep.contains(names.get(i))) {
          tensors.put(names.get(i), result.get(i));
        } else {
          arrays.put(names.get(i), HostTensors.array(result.get(i)));
        }
      }
      if (tensors.isEmpty()) {
        result.close();
      } else {
        owned.add(result);
      }
    }

    /**
     * The kept outputs of this run and those of another, under names with a prefix. To close it
     * releases neither.
     */
    public Held with(String prefix, Held other) {
      Held both = new Held();
      both.tensors.putAll(tensors);
      other.tensors.forEach((name, tensor) -> both.tensors.put(prefix + name, tensor));
      return both;
    }

    /** Copies of the outputs that were not kept. */
    public Map<String, HostArray> arrays() {
      return arrays;
    }

    @Override
    public void close() {
      for (AutoCloseable o : owned) {
        try {
          o.close();
        } catch (Exception e) {
          throw new IllegalStateException("tensors could not be released", e);
        }
      }
      owned.clear();
    }
  }
}
