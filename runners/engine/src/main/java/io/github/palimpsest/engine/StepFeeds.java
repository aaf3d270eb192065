package io.github.palimpsest.engine;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;

/** The numbers that the host computes for each step: schedules and seeds of random kernels. */
final class StepFeeds {
  /** The number of values of 16 random bits. */
  private static final int VALUES = 1 << 16;

  private static final String FIRST = "first";
  private static final String EXAMPLES = "examples";

  private final Ops tf;
  private final long seed;
  private final int task;
  private final boolean gpu;
  private final Map<Schedule, Placeholder<TFloat32>> schedules = new IdentityHashMap<>();

  /** By the purpose of a stream of a whole step. */
  private final Map<String, Placeholder<TInt64>> seeds = new TreeMap<>();

  private final Map<String, Placeholder<TInt64>> drawn = new TreeMap<>();

  /** Numbers that say where a micro-batch is in its step. */
  private final Map<String, Placeholder<TInt32>> ofStep = new TreeMap<>();

  StepFeeds(Ops tf, long seed, int task, Device device) {
    this.tf = tf;
    this.seed = seed;
    this.task = task;
    gpu = device.gpu();
  }

  Operand<TFloat32> scheduled(Schedule schedule) {
    return schedules.computeIfAbsent(
        schedule, s -> tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())));
  }

  Tensors gaussian(String stream, Tensors like) {
    Operand<TInt64> stepSeed = seed(seeds, "gaussian/" + stream);
    return like.mapNamed((name, x) -> gaussian(x.shape(), key(stepSeed, name)));
  }

  /** The key of the random bits by which a step rounds a slot. */
  Operand<TInt64> rounding(String variable) {
    return key(seed(seeds, "rounding"), variable);
  }

  private Operand<TInt64> key(Operand<TInt64> stepSeed, String tensor) {
    return tf.math.add(stepSeed, tf.constant(Streams.kernelSeed(seed, "tensor/" + tensor, 0, 0)));
  }

  /**
   * {@code sqrt(-2 ln u) (cos a, sin a)} for a uniform u and a uniform angle a (Box and Muller
   * 1958), each from 16 random bits k: {@code u = (k + 1/2) / 2^16} and {@code a = 2 pi k / 2^16}.
   * Sums over equal steps of an angle are exact for polynomials of lower degree than the number of
   * steps, so the steps do not affect moments; numbers reach 4.8 deviations. Random bits take most
   * of the time. Two random floats for each pair would take twice as long, and TensorFlow's own
   * kernel for normal numbers takes three times as long.
   */
  private Operand<TFloat32> gaussian(Shape shape, Operand<TInt64> key) {
    long pairs = (shape.size() + 1) / 2;
    List<Output<TInt32>> bits =
        tf.split(
                tf.constant(0),
                tf.random.statelessRandomUniformFullInt(
                    tf.constant(new long[] {2, (pairs + 1) / 2}), key, TInt32.class),
                2L)
            .output();
    Operand<TFloat32> u = spread(bits.get(0), 0.5 / VALUES, 1.0 / VALUES);
    Operand<TFloat32> a = spread(bits.get(1), 0, 2 * Math.PI / VALUES);
    Operand<TFloat32> radius = tf.math.sqrt(tf.math.mul(tf.constant(-2f), tf.math.log(u)));
    Operand<TFloat32> both =
        tf.concat(
            List.of(tf.math.mul(radius, tf.math.cos(a)), tf.math.mul(radius, tf.math.sin(a))),
            tf.constant(0));
    Operand<TFloat32> enough =
        shape.size() % 4 == 0
            ? both
            : tf.slice(both, tf.constant(new long[] {0}), tf.constant(new long[] {shape.size()}));
    return tf.reshape(enough, tf.constant(shape.asArray()));
  }

  /**
   * {@code from + step k} for each 16 bits k. TensorFlow dequantizes numbers of 16 bits to a range
   * at the cost of a cast, but only on the CPU.
   */
  private Operand<TFloat32> spread(Operand<TInt32> bits, double from, double step) {
    if (gpu) {
      Operand<TFloat32> k = tf.dtypes.cast(tf.bitcast(bits, TUint16.class), TFloat32.class);
      return tf.math.add(
          tf.constant((float) from),
          tf.math.mul(tf.constant((float) step), tf.reshape(k, tf.constant(new int[] {-1}))));
    }
    Output<?> k =
        tf.scope()
            .opBuilder("Bitcast", "Bitcast")
            .addInput(bits.asOutput())
            .setAttr("type", DataType.DT_QUINT16)
            .build()
            .output(0);
    Operand<TFloat32> spread =
        tf.scope()
            .opBuilder("Dequantize", "Dequantize")
            .addInput(k)
            .addInput(tf.constant((float) from).asOutput())
            .addInput(tf.constant((float) (from + step * (VALUES - 1))).asOutput())
            .build()
            .output(0);
    return tf.reshape(spread, tf.constant(new int[] {-1}));
  }

  /** Numbers for an adapter, uniform in [0, 1). */
  Operand<TFloat32> uniform(String name, Operand<TFloat32> like) {
    return tf.random.statelessRandomUniform(tf.shape(like), seed(drawn, name), TFloat32.class);
  }

  /**
   * One label for each prediction of a pass, by the inverse of the distribution function at a
   * number that is uniform in [0, 1).
   *
   * @param rows the rows of the micro-batch that the pass is over; null for all
   */
  Operand<TInt32> labels(String stream, Forward pass, @Nullable Operand<TInt32> rows) {
    Operand<TFloat32> weights = pass.weightPerPrediction();
    Operand<TInt32> n = tf.size(pass.weightPerExample());
    Operand<TInt32> predictions = tf.size(weights);
    Operand<TInt32> perExample = tf.math.floorDiv(predictions, tf.math.maximum(n, tf.constant(1)));
    Operand<TFloat32> logits = tf.stopGradient(pass.predictions(tf));
    Operand<TFloat32> p =
        tf.nn.softmax(tf.reshape(logits, tf.stack(List.of(predictions, tf.constant(-1)))));
    Operand<TFloat32> upTo = tf.math.cumsum(p, tf.constant(1));
    // the last sum is 1, apart from rounding
    Operand<TFloat32> most = tf.max(upTo, tf.constant(1), Max.keepDims(true));
    Operand<TFloat32> u =
        tf.reshape(
            uniform("labels/" + stream, perExample, rows, n), tf.constant(new int[] {-1, 1}));
    Operand<TInt32> drawn = tf.upperBound(upTo, tf.math.mul(u, most));
    Operand<TInt32> last =
        tf.math.sub(
            tf.math.floorDiv(tf.size(p), tf.math.maximum(predictions, tf.constant(1))),
            tf.constant(1));
    return tf.reshape(tf.math.minimum(drawn, last), tf.shape(weights));
  }

  /**
   * Numbers for the predictions of some examples of the step, {@code [n, perExample]}. The number
   * at {@code r * examples of the step + place} is that of prediction r of the example at this
   * place, so it does not depend on the cut into micro-batches or on the padding.
   */
  private Operand<TFloat32> uniform(
      String stream,
      Operand<TInt32> perExample,
      @Nullable Operand<TInt32> rows,
      Operand<TInt32> n) {
    Operand<TInt32> examples = number(EXAMPLES);
    Operand<TFloat32> all =
        tf.random.statelessRandomUniform(
            tf.stack(List.of(tf.math.mul(perExample, examples))),
            seed(seeds, stream),
            TFloat32.class);
    Operand<TFloat32> byPlace = tf.reshape(all, tf.stack(List.of(perExample, examples)));
    Operand<TInt32> own = rows == null ? tf.range(tf.constant(0), n, tf.constant(1)) : rows;
    Operand<TInt32> places = tf.math.add(number(FIRST), own);
    return tf.linalg.transpose(
        tf.gather(byPlace, places, tf.constant(1)), tf.constant(new int[] {1, 0}));
  }

  private Operand<TInt32> number(String name) {
    return ofStep.computeIfAbsent(
        name, s -> tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())));
  }

  private Operand<TInt64> seed(Map<String, Placeholder<TInt64>> of, String stream) {
    return of.computeIfAbsent(
        stream, s -> tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2))));
  }

  /**
   * Feeds everything for one step; close the tensors afterwards.
   *
   * @param first the place of the micro-batch's first example in the step
   * @param examples the number of examples of the step
   */
  List<Tensor> feed(Session.Runner runner, long step, long totalSteps, int first, int examples) {
    List<Tensor> fed = new ArrayList<>();
    schedules.forEach(
        (schedule, placeholder) -> {
          Tensor t = TFloat32.scalarOf((float) schedule.at(step, totalSteps));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    seeds.forEach(
        (purpose, placeholder) -> {
          Tensor t = TInt64.vectorOf(Streams.kernelSeed(seed, purpose, task, step));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    drawn.forEach(
        (name, placeholder) -> {
          Tensor t =
              TInt64.vectorOf(
                  Streams.kernelSeed(seed, "uniform/" + first + "/" + name, task, step));
          fed.add(t);
          runner.feed(placeholder, t);
        });
    ofStep.forEach(
        (name, placeholder) -> {
          Tensor t = TInt32.scalarOf(name.equals(FIRST) ? first : examples);
          fed.add(t);
          runner.feed(placeholder, t);
        });
    return fed;
  }
}
