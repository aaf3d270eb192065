package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A loss that is a function of the weights alone; all examples are equivalent.
 *
 * @param description its name in messages
 * @param parameters its parameters
 * @param start where to start from
 * @param function the loss at a point
 * @param labelled whether labels can be drawn, of two classes with the logits {@code (loss, 0)};
 *     the loss itself is not that of labels
 */
public record FunctionModel(
    String description,
    List<ParameterSpec> parameters,
    Named start,
    BiFunction<Ops, Tensors, Operand<TFloat32>> function,
    boolean labelled)
    implements Model {

  private static final double[] CURVATURES = {1, 4, 2, 3, 2, 0.5, 3, 1};

  /** A function without labels. */
  public FunctionModel(
      String description,
      List<ParameterSpec> parameters,
      Named start,
      BiFunction<Ops, Tensors, Operand<TFloat32>> function) {
    this(description, parameters, start, function, false);
  }

  /** A copy from which labels can be drawn, for optimizers that ask for them. */
  public FunctionModel withLabels() {
    return new FunctionModel(description, parameters, start, function, true);
  }

  /** The gradient {@code a w} of {@link #quadratic}, on the host. */
  public static Map<String, double[]> slope(Map<String, double[]> at) {
    Map<String, double[]> slope = new LinkedHashMap<>();
    int[] place = {0};
    for (String name : List.of("dense.weight", "dense.bias", "norm.gain")) {
      slope.put(name, Arrays.stream(at.get(name)).map(w -> CURVATURES[place[0]++] * w).toArray());
    }
    return slope;
  }

  /** {@code 1/2 sum a w^2} over a kernel, a bias and a gain, with curvatures from 0.5 to 4. */
  public static FunctionModel quadratic() {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("dense.weight", Shape.of(2, 2), Role.KERNEL, 0),
            new ParameterSpec("dense.bias", Shape.of(2), Role.BIAS, 0),
            new ParameterSpec("norm.gain", Shape.of(2), Role.NORM, 0));
    double[] w = {1, 1, -1, 0.5, 0.5, -1, 1, -2};
    Named curvature = Named.of(specs, i -> CURVATURES[i]);
    return new FunctionModel(
        "Quadratic 1/2 sum a w^2, a=[1,4,2,3|2,0.5|3,1]",
        specs,
        Named.of(specs, i -> w[i]),
        (tf, at) -> {
          Tensors squares = at.map(tf.math::square);
          return tf.math.mul(tf.constant(0.5f), constants(tf, specs, curvature).dot(tf, squares));
        });
  }

  /** {@code (1 - x)^2 + 100 (y - x^2)^2} from (-1.2, 1). */
  public static FunctionModel rosenbrock() {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("x", Shape.of(1, 1), Role.KERNEL, 0),
            new ParameterSpec("y", Shape.of(1), Role.NORM, 0));
    return new FunctionModel(
        "Rosenbrock (1 - x)^2 + 100 (y - x^2)^2",
        specs,
        Named.of(specs, i -> i == 0 ? -1.2 : 1),
        (tf, at) -> {
          Operand<TFloat32> x = at.get("x");
          Operand<TFloat32> flat = tf.math.square(tf.math.sub(tf.constant(1f), x));
          Operand<TFloat32> steep = tf.math.square(tf.math.sub(at.get("y"), tf.math.square(x)));
          return tf.reshape(
              tf.math.add(flat, tf.math.mul(tf.constant(100f), steep)), tf.constant(new int[0]));
        });
  }

  /** A copy that starts with zeros in these parameters. */
  public FunctionModel startingAtRest(List<String> names) {
    Map<String, float[]> values = new LinkedHashMap<>(start.values());
    names.forEach(name -> values.computeIfPresent(name, (n, w) -> new float[w.length]));
    return new FunctionModel(description, parameters, new Named(values), function, labelled);
  }

  /**
   * A copy with the loss multiplied by a factor: for an optimizer without a learning rate this
   * replaces another learning rate.
   */
  public FunctionModel times(double factor) {
    return new FunctionModel(
        description,
        parameters,
        start,
        (tf, at) -> tf.math.mul(tf.constant((float) factor), function.apply(tf, at)),
        labelled);
  }

  private static Tensors constants(Ops tf, List<ParameterSpec> specs, Named values) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    specs.forEach(
        p ->
            all.put(
                p.name(),
                tf.constant(Shapes.of(p.shape()), DataBuffers.of(values.values().get(p.name())))));
    return Tensors.of(all);
  }

  /** One example. */
  public static Example example(String id) {
    return new Example(
        id, 1, new TreeMap<>(Map.of("weight", new HostArray.Floats(new float[] {1}))));
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1)));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Map<String, Operand<TFloat32>> read = new LinkedHashMap<>();
    parameters.forEach(p -> read.put(p.name(), at.dense(p.name())));
    Operand<TFloat32> weight = batch.floats("weight");
    Operand<TFloat32> loss = tf.math.mul(weight, function.apply(tf, Tensors.of(read)));
    Operand<TFloat32> logit = tf.expandDims(loss, tf.constant(1));
    Operand<TFloat32> one = tf.onesLike(logit);
    if (!labelled) {
      return Forward.of(loss, weight, logit).differentiating(one);
    }
    Operand<TFloat32> zero = tf.zerosLike(logit);
    return Forward.of(loss, weight, tf.concat(List.of(logit, zero), tf.constant(1)))
        .predicting(tf.zeros(tf.shape(loss), TInt32.class))
        .differentiating(tf.concat(List.of(one, zero), tf.constant(1)));
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    float[] weight = new float[examples.size()];
    java.util.Arrays.fill(weight, 1);
    return new TreeMap<>(Map.of("weight", new HostArray.Floats(weight, weight.length)));
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return start.snapshot(parameters);
  }
}
