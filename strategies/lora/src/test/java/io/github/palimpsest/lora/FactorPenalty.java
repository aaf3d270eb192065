package io.github.palimpsest.lora;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A penalty of an adapter's factors, and its gradient. */
record FactorPenalty(double value, Map<String, float[]> gradient) {
  private static final long SEED = 7;

  /**
   * Computes both.
   *
   * @param at the factors
   * @param finished those of finished tasks, remembered as {@code a-0}, {@code a-1}
   */
  static FactorPenalty of(Regularizer regularizer, WeightSnapshot at, WeightSnapshot... finished) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Tensors point = Bench.constants(tf, at);
      Operand<TFloat32> built =
          regularizer.bind(new Site(tf, specs(at), List.of(finished))).penalty(lossPoint(point));
      Session.Runner runner = session.runner().fetch(built);
      tf.gradients(built, new ArrayList<>(point.byName().values()))
          .forEach(g -> runner.fetch(g.asOutput()));
      try (Result result = runner.run()) {
        Map<String, float[]> gradient = new TreeMap<>();
        int i = 1;
        for (String name : point.byName().keySet()) {
          gradient.put(name, Bench.floats((TFloat32) result.get(i++)));
        }
        return new FactorPenalty(((TFloat32) result.get(0)).getFloat(), gradient);
      }
    }
  }

  /** The numbers from which a fixed tensor is drawn here. */
  static RandomGenerator stream(String name) {
    return Streams.stream(SEED, name, 0, 0);
  }

  private static List<ParameterSpec> specs(WeightSnapshot of) {
    return of.names().stream()
        .map(n -> new ParameterSpec(n, of.shape(n), ParameterSpec.Role.ADAPTER))
        .toList();
  }

  private record Site(Ops tf, List<ParameterSpec> trainable, List<WeightSnapshot> finished)
      implements RegularizerSite {
    @Override
    public int finishedTasks() {
      return finished.size();
    }

    @Override
    public Tensors start() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> memories() {
      return IntStream.range(0, finished.size())
          .mapToObj(i -> "a-" + i)
          .collect(Collectors.toSet());
    }

    @Override
    public Tensors memory(String name) {
      return Bench.constants(tf, finished.get(name.charAt(2) - '0'));
    }

    @Override
    public Operand<TFloat32> drawn(
        String name, Shape shape, Function<RandomGenerator, float[]> draw) {
      return Bench.constant(tf, shape, draw.apply(stream(name)));
    }
  }

  /** The penalty looks at parameters alone. */
  private static LossPoint lossPoint(Tensors point) {
    return LossPoint.of(
        Params.of(point),
        FactorPenalty.<Weights>unused(),
        FactorPenalty.<Forward>unused(),
        p -> unused(),
        w -> unused());
  }

  private static <T> T unused() {
    return (T) null;
  }
}
