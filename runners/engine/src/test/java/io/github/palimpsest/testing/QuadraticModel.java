package io.github.palimpsest.testing;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.types.TFloat32;

/**
 * {@code f(w) = 1/2 sum a (w - c)^2} over all tensors together. Every example has the same loss; a
 * field {@code weight} multiplies both its loss and its weight, so that a batch always means {@code
 * f(w)}.
 */
public final class QuadraticModel implements Model {
  private final SortedMap<String, Shape> shapes;
  private final Map<String, float[]> a;
  private final Map<String, float[]> c;

  /**
   * @param shapes the parameters; a name that contains {@code weight} is a kernel, one with {@code
   *     norm} a norm, any other a bias
   * @param a curvatures, row-major
   * @param c where the minimum lies, row-major
   */
  public QuadraticModel(Map<String, Shape> shapes, Map<String, float[]> a, Map<String, float[]> c) {
    this.shapes = new TreeMap<>(shapes);
    this.a = Map.copyOf(a);
    this.c = Map.copyOf(c);
  }

  /** An example that weighs as much as a whole batch. */
  public static Example example(String id) {
    return new Example(
        id, 1, new TreeMap<>(Map.of("weight", new HostArray.Floats(new float[] {1}))));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return shapes.entrySet().stream()
        .map(e -> new ParameterSpec(e.getKey(), e.getValue(), ClassifierModel.role(e.getKey())))
        .toList();
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1)));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> weight = batch.floats("weight");
    Operand<TFloat32> f = tf.constant(0f);
    for (Map.Entry<String, Shape> e : shapes.entrySet()) {
      Operand<TFloat32> d = tf.math.sub(at.dense(e.getKey()), constant(tf, e, c.get(e.getKey())));
      Operand<TFloat32> terms = tf.math.mul(constant(tf, e, a.get(e.getKey())), tf.math.mul(d, d));
      f = tf.math.add(f, tf.sum(tf.reshape(terms, tf.constant(new int[] {-1})), tf.constant(0)));
    }
    Operand<TFloat32> loss = tf.math.mul(weight, tf.math.mul(tf.constant(0.5f), f));
    Operand<TFloat32> logit = tf.expandDims(loss, tf.constant(1));
    return Forward.of(loss, weight, logit).differentiating(tf.onesLike(logit));
  }

  private static Constant<TFloat32> constant(Ops tf, Map.Entry<String, Shape> e, float[] values) {
    return tf.constant(
        Shapes.of(e.getValue()), org.tensorflow.ndarray.buffer.DataBuffers.of(values));
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    float[] weight = new float[examples.size()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = ((HostArray.Floats) examples.get(i).fields().get("weight")).values().get(0);
    }
    return new TreeMap<>(Map.of("weight", new HostArray.Floats(weight, weight.length)));
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return ClassifierModel.gaussian(shapes, rng);
  }
}
