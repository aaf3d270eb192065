package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One regularizer bound to the graph of one task, with its penalty built at two points in turn.
 * Points and batch are fed. After a task every second example is a rehearsed one.
 */
public final class RegularizerRig implements AutoCloseable {
  private static final long SEED = 7;

  private final Bench bench = new Bench();
  private final Map<String, Shape> drawn = new LinkedHashMap<>();
  private final WholeStep values = new WholeStep(bench);
  private final Model model;
  private final Space space;
  private final int finishedTasks;
  private final SortedMap<String, WeightSnapshot> memories;
  private final Named start;
  private final Map<String, Operand<?>> inputs;
  private final Operand<TFloat32> rehearsed;
  private final BoundRegularizer bound;
  private final Tensors first;
  private final Tensors second;
  private final Operand<TFloat32> atFirst;
  private final Operand<TFloat32> atSecond;
  private final Optional<Tensors> givenAtFirst;
  private final Optional<Operand<TFloat32>> tokenWeights;
  private final Operand<TFloat32> predictions;
  private final Tensors free;
  private final Optional<Tensors> constrained;
  private @Nullable Tensors gradientAtFirst;

  /**
   * Values of one evaluation.
   *
   * @param first the penalty at the first point
   * @param gradient its gradient there
   * @param given the gradient there that the regularizer gives, if it gives one
   * @param second the penalty at the second point
   */
  public record Penalty(double first, Named gradient, Optional<Named> given, double second) {}

  /** Binds the regularizer and builds the penalty, as before a task. */
  public RegularizerRig(
      Model model,
      Space space,
      Regularizer regularizer,
      int finishedTasks,
      SortedMap<String, WeightSnapshot> memories,
      Named start) {
    this.start = start;
    this.model = model;
    this.space = space;
    this.finishedTasks = finishedTasks;
    this.memories = memories;
    inputs = bench.inputs(model);
    rehearsed = bench.floats(org.tensorflow.ndarray.Shape.of(-1));
    first = bench.parameters(space.specs());
    second = bench.parameters(space.specs());
    bound = regularizer.bind(new Site());
    LossPoint point = point(first);
    atFirst = penalty(point);
    atSecond = penalty(point(second));
    givenAtFirst = bound.gradient(point).map(g -> g.map(x -> bench.tf().identity(x)));
    tokenWeights = bound.tokenWeights(point.inStep(values::all)).map(w -> bench.tf().identity(w));
    predictions = bench.tf().identity(point.forward().weightPerPrediction());
    free = bench.parameters(space.specs());
    Gradients given = new Gradients(free);
    Gradients kept = bound.constrained(given);
    constrained =
        kept.equals(given)
            ? Optional.empty()
            : Optional.of(kept.tensors().map(x -> bench.tf().identity(x)));
  }

  /** A fetch needs an output of its own. */
  private Operand<TFloat32> penalty(LossPoint point) {
    return bench.tf().identity(bound.penalty(point));
  }

  private LossPoint point(Tensors at) {
    Ops tf = bench.tf();
    BatchTensors batch = Bench.batch(inputs);
    Weights weights = space.weights(tf, at);
    Forward forward = model.forward(tf, weights, batch);
    LossPoint alone =
        LossPoint.of(
            Params.of(at),
            weights,
            forward,
            p -> space.weights(tf, p.tensors()),
            w -> model.forward(tf, w, batch));
    return finishedTasks == 0 ? alone : alone.rehearsing(rehearsed);
  }

  private final class Site implements RegularizerSite {
    @Override
    public Ops tf() {
      return bench.tf();
    }

    @Override
    public List<ParameterSpec> trainable() {
      return space.specs();
    }

    @Override
    public int finishedTasks() {
      return finishedTasks;
    }

    @Override
    public Tensors start() {
      return Space.constants(bench.tf(), start.snapshot(space.specs()));
    }

    @Override
    public Set<String> memories() {
      return memories.keySet();
    }

    @Override
    public Tensors memory(String name) {
      WeightSnapshot values = memories.get(name);
      if (values == null) {
        throw new IllegalArgumentException(
            "nothing is remembered as '" + name + "', only " + memories.keySet());
      }
      return Space.constants(bench.tf(), values);
    }

    @Override
    public Operand<TFloat32> drawn(
        String name, Shape shape, Function<RandomGenerator, float[]> draw) {
      drawn.put(name, shape);
      float[] values = draw.apply(Streams.stream(SEED, "regularizer/" + name, 0, 0));
      return bench.tf().constant(Shapes.of(shape), DataBuffers.of(values));
    }
  }

  /** The regularizer in this graph, for {@code afterTask}. */
  public BoundRegularizer bound() {
    return bound;
  }

  /** The floats of what it has drawn. */
  public long drawnFloats() {
    return drawn.values().stream().mapToLong(Shape::size).sum();
  }

  /** A digest of the penalty, its given gradient, weights of tokens and a constraint. */
  public String digest() {
    List<Operand<?>> outputs = new ArrayList<>(List.of(atFirst));
    givenAtFirst.ifPresent(g -> outputs.addAll(g.byName().values()));
    tokenWeights.ifPresent(outputs::add);
    constrained.ifPresent(c -> outputs.addAll(c.byName().values()));
    return bench.digest(outputs);
  }

  /** The shape of the penalty, as far as the graph knows it. */
  public org.tensorflow.ndarray.Shape shape() {
    return atFirst.shape();
  }

  /** Evaluates both penalties and the gradient of the first. */
  public Penalty at(Named firstPoint, Named secondPoint, List<Example> batch) {
    Tensors gradient = gradientAtFirst();
    List<Operand<TFloat32>> fetches = new ArrayList<>(List.of(atFirst, atSecond));
    fetches.addAll(gradient.byName().values());
    givenAtFirst.ifPresent(g -> fetches.addAll(g.byName().values()));
    // together, since each other set of fetches is a graph that TensorFlow prepares
    Iterator<float[]> values = bench.run(fetches, fed(firstPoint, secondPoint, batch)).iterator();
    double one = values.next()[0];
    double two = values.next()[0];
    Named derived = Named.of(gradient.names(), values);
    return new Penalty(one, derived, givenAtFirst.map(g -> Named.of(g.names(), values)), two);
  }

  /** Evaluates the first penalty alone, without the wait for a gradient that nobody asked for. */
  public double penalty(Named point, List<Example> batch) {
    if (gradientAtFirst != null) {
      return at(point, point, batch).first();
    }
    return bench.run(List.of(atFirst), fed(point, point, batch)).get(0)[0];
  }

  /**
   * The weights of the tokens at a point, in a step that is cut into micro-batches.
   *
   * @return one after the other; empty if the regularizer has none
   */
  public Optional<float[]> tokenWeights(Named point, List<List<Example>> step) {
    if (tokenWeights.isEmpty()) {
      return Optional.empty();
    }
    List<Map<Operand<?>, HostArray>> fed =
        step.stream().map(micro -> fed(point, point, micro)).toList();
    Map<Operand<?>, HostArray> whole = values.of(fed);
    List<float[]> all = new ArrayList<>();
    for (Map<Operand<?>, HostArray> micro : fed) {
      micro.putAll(whole);
      all.addAll(bench.run(List.of(tokenWeights.get()), micro));
    }
    return Optional.of(WholeStep.joined(all));
  }

  /**
   * The gradient that an optimizer receives in place of another one.
   *
   * @return empty if the regularizer leaves gradients as they are
   */
  public Optional<Named> constrained(Named gradient) {
    return constrained.map(c -> bench.run(c, Bench.feeds(free, gradient)));
  }

  /** The number of predictions of a batch. */
  public int predictions(List<Example> batch) {
    return bench.run(List.of(predictions), fed(start, start, batch)).get(0).length;
  }

  private Tensors gradientAtFirst() {
    Tensors built = gradientAtFirst;
    if (built == null) {
      built = bench.gradient(atFirst, first);
      gradientAtFirst = built;
    }
    return built;
  }

  private Map<Operand<?>, HostArray> fed(Named firstPoint, Named secondPoint, List<Example> batch) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>();
    model.batch(batch).forEach((name, array) -> fed.put(inputs.get(name), array));
    fed.put(rehearsed, new HostArray.Floats(everySecond(batch), batch.size()));
    fed.putAll(Bench.feeds(first, firstPoint));
    fed.putAll(Bench.feeds(second, secondPoint));
    return fed;
  }

  /** By the last digit of their ids, so that a part of a batch has those of the whole. */
  private static float[] everySecond(List<Example> batch) {
    float[] flags = new float[batch.size()];
    for (int i = 0; i < flags.length; i++) {
      String id = batch.get(i).id();
      flags[i] = id.charAt(id.length() - 1) % 2;
    }
    return flags;
  }

  @Override
  public void close() {
    bench.close();
  }
}
