package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Schedules and random numbers of a rig. */
final class RigFeeds {
  private static final long SEED = 7;

  private final Bench bench;
  private final Map<Operand<?>, Schedule> schedules = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> noise = new TreeMap<>();
  private int effective;

  RigFeeds(Bench bench) {
    this.bench = bench;
  }

  Operand<TFloat32> scheduled(Schedule schedule) {
    Operand<TFloat32> value = bench.floats(Shape.scalar());
    schedules.put(value, schedule);
    return value;
  }

  Tensors gaussian(String stream, Tensors like) {
    return like.mapNamed(
        (name, x) -> noise.computeIfAbsent(stream + ":" + name, k -> bench.floats(x.shape())));
  }

  /** Notes that a step asked for the space of the effective weights, which is here its own. */
  void askedForEffective() {
    effective++;
  }

  /** A digest of the schedules at each step of a task, and how often that space was asked for. */
  String told() {
    StringBuilder all = new StringBuilder().append(effective).append(' ');
    for (Schedule s : schedules.values()) {
      int h = 0;
      for (long t = 0; t < OptimizerRig.TOTAL_STEPS; t++) {
        h = 31 * h + Double.hashCode(s.at(t, OptimizerRig.TOTAL_STEPS));
      }
      all.append(h).append(' ');
    }
    return all.toString();
  }

  void feed(Map<Operand<?>, HostArray> fed, long step) {
    schedules.forEach(
        (x, s) ->
            fed.put(
                x,
                new HostArray.Floats(new float[] {(float) s.at(step, OptimizerRig.TOTAL_STEPS)})));
    noise.forEach((name, x) -> fed.put(x, draw(name, x.shape(), step)));
  }

  private static HostArray draw(String name, Shape shape, long step) {
    RandomGenerator rng = Streams.stream(SEED, name, 0, step);
    float[] v = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) rng.nextGaussian();
    }
    return new HostArray.Floats(v, shape.asArray());
  }
}
