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
    Operand<TInt64> stepSeed =
        seeds.computeIfAbsent(
            stream, s -> tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2))));
    return like.mapNamed(
        (name, x) ->
            tf.random.statelessRandomNormal(
                tf.constant(x.shape().asArray()),
                tf.math.add(
                    stepSeed, tf.constant(Streams.kernelSeed(seed, "tensor/" + name, 0, 0)))));
  }

  /** Feeds everything for one step; close the tensors afterwards. */
  List<Tensor> feed(Session.Runner runner, long step, long totalSteps) {
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
    return fed;
  }
}
