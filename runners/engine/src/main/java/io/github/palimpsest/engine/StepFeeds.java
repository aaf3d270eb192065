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
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** The numbers that the host computes anew for each step: schedules and seeds of random kernels. */
final class StepFeeds {
  /** Of the 32 of a random integer, those that make the distance from 0. */
  private static final int RADIUS_BITS = 20;

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
   * {@code sqrt(-2 ln u) (cos a, sin a)} for a uniform u and a uniform angle a (Box and Muller
   * 1958), both from the 32 bits of one random integer: 20 for u, from 2^-20 to 1, and 12 for a.
   * Sums over equal steps of an angle are exact for polynomials of a lower degree than steps, so
   * moments up to the 4095th feel nothing of the angle's steps, and numbers reach 5.2 deviations.
   * Most of the time goes to random bits; drawn as two floats for each pair, they would take twice
   * as long, and TensorFlow's own kernel for normal numbers takes four times.
   */
  private Operand<TFloat32> gaussian(Shape shape, Operand<TInt64> key) {
    long pairs = (shape.size() + 1) / 2;
    Operand<TInt32> bits =
        tf.random.statelessRandomUniformFullInt(tf.constant(new long[] {pairs}), key, TInt32.class);
    // or-ed with all other bits, the 20 bits are a number from -2^20 to -1
    Operand<TFloat32> u =
        tf.math.mul(
            tf.constant(-1f / (1 << RADIUS_BITS)),
            tf.dtypes.cast(
                tf.bitwise.bitwiseOr(bits, tf.constant(-1 << RADIUS_BITS)), TFloat32.class));
    Operand<TFloat32> radius = tf.math.sqrt(tf.math.mul(tf.constant(-2f), tf.math.log(u)));
    Operand<TFloat32> angle =
        tf.math.mul(
            tf.constant((float) (2 * Math.PI / (1 << 32 - RADIUS_BITS))),
            tf.dtypes.cast(tf.bitwise.rightShift(bits, tf.constant(RADIUS_BITS)), TFloat32.class));
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
