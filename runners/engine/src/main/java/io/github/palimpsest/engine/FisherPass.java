package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.FinishedTask.Estimate;
import io.github.palimpsest.api.model.FinishedTask.Labels;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.engine.weights.WeightTape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Means over the examples of a task of a function of the gradient of a scalar, for one example (or,
 * on request, one batch) at a time. Contains no penalty.
 */
final class FisherPass {
  private static final String SUM = "fisher/";

  private final TaskGraph task;
  private final Session session;
  private final List<Example> examples;
  private final Map<Object, Pass> passes = new LinkedHashMap<>();

  /** Adds one example to the variables with a prefix; labels are drawn by the seed, if any. */
  private record Pass(String prefix, List<Op> add, @Nullable Placeholder<TInt64> seed) {}

  FisherPass(TaskGraph task, Session session, List<Example> examples) {
    this.task = task;
    this.session = session;
    this.examples = examples;
  }

  /**
   * {@code F = 1/N sum_n (d/dw -log p(y_n | x_n))^2}, with the given labels or sampled ones; with a
   * batch, {@code N} batches and the mean of {@code -log p} over each.
   */
  WeightSnapshot meanSquaredGradient(Estimate how) {
    record Question(Labels labels, boolean batches, Space space) {}
    Pass asked =
        passes.computeIfAbsent(
            new Question(how.labels(), how.batch() > 1, how.space()),
            k -> {
              Objective.Point point = task.objective().at(task.params());
              if (how.labels() == Labels.GIVEN) {
                Operand<TFloat32> loss = mean(how.batch(), point, point.lossSum());
                return pass(loss, point, how.space(), task.tf().math::square, null);
              }
              Placeholder<TInt64> seed =
                  task.tf().placeholder(TInt64.class, Placeholder.shape(Shapes.of(Shape.of(2))));
              Operand<TFloat32> loss = mean(how.batch(), point, sampledLoss(point.forward(), seed));
              return pass(loss, point, how.space(), task.tf().math::square, seed);
            });
    return mean(how.maxExamples(), how.batch(), asked);
  }

  private Operand<TFloat32> mean(int batch, Objective.Point point, Operand<TFloat32> sum) {
    Ops tf = task.tf();
    return batch == 1
        ? sum
        : tf.math.div(
            sum, tf.dtypes.cast(tf.size(point.forward().lossPerExample()), TFloat32.class));
  }

  /** {@code 1/N sum_n |d/dw f(x_n)|}. */
  WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> f) {
    Pass asked =
        passes.computeIfAbsent(
            f,
            k -> {
              Objective.Point point = task.objective().at(task.params());
              return pass(
                  f.apply(task.tf(), point.forward()),
                  point,
                  Space.TRAINABLE,
                  task.tf().math::abs,
                  null);
            });
    return mean(maxExamples, 1, asked);
  }

  /** The weights that the model sees now, bit for bit as in a graph of the same adapter. */
  WeightSnapshot effectiveWeights() {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    task.effective()
        .weights(task.params())
        .byName()
        .forEach(
            (name, w) -> {
              task.place();
              try (Result result = session.runner().fetch(w).run()) {
                shapes.put(name, task.effective().shape(name));
                values.put(name, HostTensors.floats(result.get(0)));
              }
            });
    return WeightSnapshot.computed(shapes, values::get);
  }

  /** {@code -sum weight * log softmax(logits)[label]} with a label drawn for each prediction. */
  private Operand<TFloat32> sampledLoss(Forward forward, Operand<TInt64> seed) {
    Ops tf = task.tf();
    Operand<TFloat32> weights =
        tf.reshape(forward.weightPerPrediction(), tf.constant(new int[] {-1}));
    Operand<TFloat32> logits =
        tf.reshape(forward.predictions(tf), tf.stack(List.of(tf.size(weights), tf.constant(-1))));
    Operand<TInt32> labels =
        tf.reshape(
            tf.random.statelessMultinomial(
                tf.stopGradient(logits), tf.constant(1), seed, TInt32.class),
            tf.constant(new int[] {-1}));
    Operand<TInt32> classes = tf.unstack(tf.shape(logits), 2L).output().get(1);
    Operand<TFloat32> chosen = tf.oneHot(labels, classes, tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> logLikelihood =
        tf.sum(tf.math.mul(chosen, tf.nn.logSoftmax(logits)), tf.constant(1));
    return tf.math.neg(tf.sum(tf.math.mul(weights, logLikelihood), tf.constant(0)));
  }

  private Pass pass(
      Operand<TFloat32> scalar,
      Objective.Point point,
      Space space,
      UnaryOperator<Operand<TFloat32>> of,
      @Nullable Placeholder<TInt64> seed) {
    String prefix = SUM + passes.size() + "/";
    List<Op> add = new ArrayList<>();
    gradient(scalar, point, space)
        .byName()
        .forEach(
            (name, x) -> {
              Shape shape =
                  task.params().tensors().names().contains(name)
                      ? Shapes.from(task.params().tensors().get(name).shape())
                      : task.effective().shape(name);
              task.store().variable(prefix + name, shape, 0);
              add.add(task.store().add(prefix + name, of.apply(x)));
            });
    return new Pass(prefix, add, seed);
  }

  private Tensors gradient(Operand<TFloat32> scalar, Objective.Point point, Space space) {
    if (space == Space.TRAINABLE || point.tape().isEmpty()) {
      return Differentiation.gradient(task.graph(), task.tf(), scalar, task.params()).tensors();
    }
    WeightTape tape = point.tape().get();
    Differentiation.Derivatives d =
        Differentiation.derivatives(
            task.graph(), task.tf(), scalar, task.params(), tape.results(), List.of());
    return task.effective().gradients(tape, d.between()).tensors();
  }

  private WeightSnapshot mean(int maxExamples, int batch, Pass pass) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    Fills zeros = task.store().fills(pass.prefix());
    task.place();
    zeros.run(session);
    int count = Math.min(maxExamples, examples.size());
    int groups = 0;
    for (int n = 0; n < count; n += batch) {
      Map<Placeholder<?>, Tensor> one =
          task.batch().tensors(examples.subList(n, Math.min(count, n + batch)));
      groups++;
      Session.Runner runner = session.runner();
      task.batch().feed(runner, one);
      pass.add().forEach(runner::addTarget);
      Placeholder<TInt64> seed = pass.seed();
      if (seed == null) {
        runner.run().close();
      } else {
        try (TInt64 numbers = TInt64.vectorOf(task.kernelSeed("fisher-labels", n))) {
          runner.feed(seed, numbers).run().close();
        }
      }
      Activity.moved();
      one.values().forEach(Tensor::close);
    }
    return mean(task.store().snapshot(session, pass.prefix()), groups);
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
