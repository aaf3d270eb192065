package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One regularizer bound to the graph of one task, with its penalty built at two points in turn.
 * Points and batch are fed.
 */
public final class RegularizerRig implements AutoCloseable {
  private final Bench bench = new Bench();
  private final Model model;
  private final Space space;
  private final int finishedTasks;
  private final SortedMap<String, WeightSnapshot> memories;
  private final Named start;
  private final Map<String, Operand<?>> inputs;
  private final BoundRegularizer bound;
  private final Tensors first;
  private final Tensors second;
  private final Operand<TFloat32> atFirst;
  private final Operand<TFloat32> atSecond;
  private final Tensors gradientAtFirst;
  private final Optional<Tensors> givenAtFirst;

  /**
   * Values of one evaluation.
   *
   * @param first the penalty at the first point
   * @param gradient its gradient there
   * @param given the gradient there that the regularizer gives, if it gives one
   * @param second the penalty at the second point
   */
  public record Penalty(double first, Named gradient, Optional<Named> given, double second) {}

  /** Binds and builds, as before a task. */
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
    first = bench.parameters(space.specs());
    second = bench.parameters(space.specs());
    bound = regularizer.bind(new Site());
    LossPoint point = point(first);
    atFirst = penalty(point);
    atSecond = penalty(point(second));
    gradientAtFirst = bench.gradient(atFirst, first);
    givenAtFirst = bound.gradient(point).map(g -> g.map(x -> bench.tf().identity(x)));
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
    return LossPoint.of(
        Params.of(at),
        weights,
        forward,
        p -> space.weights(tf, p.tensors()),
        w -> model.forward(tf, w, batch));
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
  }

  /** The regularizer in this graph, for {@code afterTask}. */
  public BoundRegularizer bound() {
    return bound;
  }

  /** The shape of the penalty, as far as the graph knows it. */
  public org.tensorflow.ndarray.Shape shape() {
    return atFirst.shape();
  }

  /** Evaluates both penalties and the gradient of the first. */
  public Penalty at(Named firstPoint, Named secondPoint, List<Example> batch) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>();
    model.batch(batch).forEach((name, array) -> fed.put(inputs.get(name), array));
    fed.putAll(Bench.feeds(first, firstPoint));
    fed.putAll(Bench.feeds(second, secondPoint));
    Named gradient = bench.run(gradientAtFirst, fed);
    Optional<Named> given = givenAtFirst.map(g -> bench.run(g, fed));
    List<float[]> values = bench.run(List.of(atFirst, atSecond), fed);
    return new Penalty(values.get(0)[0], gradient, given, values.get(1)[0]);
  }

  @Override
  public void close() {
    bench.close();
  }
}
