package io.github.palimpsest.engine;

import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Tensors;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** The numbers that the host computes anew for each step: schedules and seeds of random kernels. */
final class StepFeeds {
  private final Ops tf;
  private final long seed;
  private final int task;
  private final Map<Schedule, Placeholder<TFloat32>> schedules = new IdentityHashMap<>();
  private final Map<String, Placeholder<TInt64>> seeds = new TreeMap<>();
  private final Map<String, Placeholder<TInt64>> drawn = new TreeMap<>();

  StepFeeds(Ops tf, long seed, int task) {
    this.tf = tf;
    this.seed = seed;
    this.task = task;
  }

  Operand<TFloat32> scheduled(Schedule schedule) {
    return schedules.computeIfAbsent(
        schedule, s -> tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())));
  }

  Tensors gaussian(String stream, Tensors like) {
    Operand<TInt64> stepSeed = seed(seeds, stream);
    return like.mapNamed(
        (name, x) ->
            gaussian(
                x.shape(),
                tf.math.add(
                    stepSeed, tf.constant(Streams.kernelSeed(seed, "tensor/" + name, 0, 0)))));
  }

  /**
   * {@code sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v)} for uniform u and v (Box and Muller 1958): made
   * of operations that work on many numbers at once, it takes less than half of the time of
   * TensorFlow's own kernel for normal numbers.
   */
  private Operand<TFloat32> gaussian(Shape shape, Operand<TInt64> key) {
    long pairs = (shape.size() + 1) / 2;
    Operand<TInt64> length = tf.constant(new long[] {pairs});
    Operand<TFloat32> u = tf.random.statelessRandomUniform(length, key);
    Operand<TFloat32> v =
        tf.random.statelessRandomUniform(length, tf.math.add(key, tf.constant(new long[] {0, 1})));
    // u is below 1, so that 1 - u has a logarithm
    Operand<TFloat32> radius =
        tf.math.sqrt(tf.math.mul(tf.constant(-2f), tf.math.log(tf.math.sub(tf.constant(1f), u))));
    Operand<TFloat32> angle = tf.math.mul(tf.constant((float) (2 * Math.PI)), v);
    Operand<TFloat32> both =
        tf.concat(
            List.of(
                tf.math.mul(radius, tf.math.cos(angle)), tf.math.mul(radius, tf.math.sin(angle))),
            tf.constant(0));
    Operand<TFloat32> enough =
        shape.size() == 2 * pairs
            ? both
            : tf.slice(both, tf.constant(new long[] {0}), tf.constant(new long[] {shape.size()}));
    return tf.reshape(enough, tf.constant(shape.asArray()));
  }

  /** Numbers for an adapter, uniform in [0, 1). */
  Operand<TFloat32> uniform(String name, Operand<TFloat32> like) {
    return tf.random.statelessRandomUniform(tf.shape(like), seed(drawn, name), TFloat32.class);
  }

  private Operand<TInt64> seed(Map<String, Placeholder<TInt64>> of, String stream) {
    return of.computeIfAbsent(
        stream, s -> tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2))));
  }

  /**
   * Feeds everything for one step; close the tensors afterwards.
   *
   * @param part the micro-batch, from 0
   */
  List<Tensor> feed(Session.Runner runner, long step, long totalSteps, int part) {
    List<Tensor> fed = new ArrayList<>();
    schedules.forEach(
        (schedule, placeholder) -> {
          Tensor t = TFloat32.scalarOf((float) schedule.at(step, totalSteps));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    seeds.forEach(
        (stream, placeholder) -> {
          Tensor t = TInt64.vectorOf(Streams.kernelSeed(seed, "gaussian/" + stream, task, step));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    drawn.forEach(
        (name, placeholder) -> {
          Tensor t =
              TInt64.vectorOf(Streams.kernelSeed(seed, "uniform/" + part + "/" + name, task, step));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    return fed;
  }
}
