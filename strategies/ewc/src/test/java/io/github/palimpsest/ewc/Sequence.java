package io.github.palimpsest.ewc;

import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Takes one regularizer through a sequence of tasks without training: weights are given. */
final class Sequence {
  private final Regularizer regularizer;
  private final Map<String, WeightSnapshot> memories = new TreeMap<>();
  private WeightSnapshot start = WeightSnapshot.empty();
  private int finished;

  Sequence(Provider<Regularizer> provider, Map<String, Object> written) {
    regularizer = regularizer(provider, written);
  }

  static Regularizer regularizer(Provider<Regularizer> provider, Map<String, Object> written) {
    return provider.create(settings(provider, written));
  }

  /** Settings from numbers and words. */
  static Settings settings(Provider<Regularizer> provider, Map<String, Object> written) {
    Map<String, Value> values = new TreeMap<>();
    written.forEach((key, v) -> values.put(key, value(v)));
    Setting.ComponentSource none =
        (kind, call) -> {
          throw new IllegalArgumentException(call.toString());
        };
    return Settings.of(provider, values, none);
  }

  private static Value value(Object v) {
    if (v instanceof Number n) {
      return new Value.Num(n.doubleValue());
    }
    return v instanceof Boolean b ? new Value.Flag(b) : Value.Call.word(v.toString());
  }

  /** A penalty and its gradient at some weights. */
  record Evaluated(float penalty, WeightSnapshot gradient) {}

  Set<String> memories() {
    return Set.copyOf(memories.keySet());
  }

  WeightSnapshot memory(String name) {
    return memories.get(name);
  }

  Evaluated penaltyAt(WeightSnapshot w) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Tensors point = constants(tf, w);
      Operand<TFloat32> penalty = regularizer.bind(site(tf, w)).penalty(at(point));
      // adding a term that reaches every parameter: a constant penalty has no gradient of its own
      Operand<TFloat32> reached = tf.math.add(penalty, point.scale(tf, tf.constant(0f)).sum(tf));
      List<Operand<TFloat32>> parameters = new ArrayList<>(point.byName().values());
      Session.Runner runner = session.runner().fetch(penalty);
      tf.gradients(reached, parameters).forEach(g -> runner.fetch(g.asOutput()));
      try (Result result = runner.run()) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Map<String, float[]> gradient = new LinkedHashMap<>();
        int i = 1;
        for (String name : point.names()) {
          TFloat32 g = (TFloat32) result.get(i++);
          float[] values = new float[(int) g.size()];
          g.copyTo(NdArrays.wrap(g.shape(), DataBuffers.of(values, false, false)));
          shapes.put(name, Shapes.from(g.shape()));
          gradient.put(name, values);
        }
        return new Evaluated(
            ((TFloat32) result.get(0)).getFloat(), WeightSnapshot.of(shapes, gradient));
      }
    }
  }

  /** Says where the next task starts. */
  void begin(WeightSnapshot weights) {
    start = weights;
  }

  /** What the regularizer asks the finished task for, whatever that is, is the given importance. */
  void finish(WeightSnapshot weights, WeightSnapshot importance) {
    try (Graph graph = new Graph()) {
      regularizer
          .bind(site(Ops.create(graph), weights))
          .afterTask(
              new FinishedTask() {
                @Override
                public int index() {
                  return finished;
                }

                @Override
                public WeightSnapshot weights() {
                  return weights;
                }

                @Override
                public WeightSnapshot meanSquaredGradient(Estimate how) {
                  return importance;
                }

                @Override
                public WeightSnapshot meanAbsoluteGradient(
                    int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function) {
                  return importance;
                }

                @Override
                public WeightSnapshot start() {
                  return start;
                }

                @Override
                public WeightSnapshot tracked(String slot) {
                  return importance;
                }

                @Override
                public WeightSnapshot inputMoments(Set<String> kernels, int maxExamples) {
                  return importance;
                }

                @Override
                public Optional<WeightSnapshot> recall(String name) {
                  return Optional.ofNullable(memories.get(name));
                }

                @Override
                public void remember(String name, WeightSnapshot value) {
                  memories.put(name, copied(value));
                }
              });
    }
    finished++;
  }

  private RegularizerSite site(Ops tf, WeightSnapshot like) {
    return new RegularizerSite() {
      @Override
      public Ops tf() {
        return tf;
      }

      @Override
      public List<ParameterSpec> trainable() {
        return like.names().stream()
            .map(n -> new ParameterSpec(n, like.shape(n), ParameterSpec.Role.KERNEL))
            .toList();
      }

      @Override
      public int finishedTasks() {
        return finished;
      }

      @Override
      public Tensors start() {
        return constants(tf, start);
      }

      @Override
      public Set<String> memories() {
        return memories.keySet();
      }

      @Override
      public Tensors memory(String name) {
        WeightSnapshot memory = memories.get(name);
        if (memory == null) {
          throw new IllegalArgumentException("no memory '" + name + "' among " + memories.keySet());
        }
        return constants(tf, memory);
      }

      @Override
      public Operand<TFloat32> drawn(
          String name, Shape shape, Function<RandomGenerator, float[]> draw) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** A regularizer that looks at parameters alone needs no model. */
  private static LossPoint at(Tensors point) {
    return LossPoint.of(
        Params.of(point),
        Sequence.<Weights>unused(),
        Sequence.<Forward>unused(),
        p -> unused(),
        w -> unused());
  }

  /** Fails where it is used. */
  private static <T> T unused() {
    return (T) null;
  }

  private static WeightSnapshot copied(WeightSnapshot value) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, float[]> values = new LinkedHashMap<>();
    value
        .names()
        .forEach(
            n -> {
              shapes.put(n, value.shape(n));
              values.put(n, value.copy(n));
            });
    return WeightSnapshot.of(shapes, values);
  }

  private static Tensors constants(Ops tf, WeightSnapshot w) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    w.names()
        .forEach(
            n ->
                all.put(
                    n, tf.constant(Shapes.of(w.shape(n)), DataBuffers.of(w.copy(n), true, false))));
    return Tensors.of(all);
  }
}
