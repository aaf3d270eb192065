package io.github.palimpsest.testing;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Predicts a token from a token: residual layers between an embedding and a head that is tied to
 * it, as in a decoder. The names of a layer's own operations begin with {@code layer} and its
 * number.
 *
 * @param layers the number of layers
 */
public record LayeredModel(int layers) implements Model {
  /** The embedding and the table of the head. */
  public static final String EMBEDDING = "embedding";

  /** The gains after the last layer. */
  public static final String LAST_NORM = "last_norm";

  private static final int VOCABULARY = 7;
  private static final int WIDTH = 4;

  /** The name of a parameter of a layer, or the beginning of the names of its operations. */
  public static String of(int layer, String part) {
    return "layer" + layer + "/" + part;
  }

  /** Examples with different tokens. */
  public static List<Example> examples(int count) {
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, HostArray> fields =
          Map.of(
              "id", new HostArray.Ints(new int[] {i % VOCABULARY}),
              "next", new HostArray.Ints(new int[] {(3 * i + 1) % VOCABULARY}));
      all.add(new Example("e" + i, 1, new TreeMap<>(fields)));
    }
    return all;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec(EMBEDDING, Shape.of(VOCABULARY, WIDTH), Role.EMBEDDING));
    for (int l = 0; l < layers; l++) {
      all.add(new ParameterSpec(of(l, "norm"), Shape.of(WIDTH), Role.NORM, l));
      all.add(new ParameterSpec(of(l, "kernel"), Shape.of(WIDTH, WIDTH), Role.KERNEL, l));
    }
    all.add(new ParameterSpec(LAST_NORM, Shape.of(WIDTH), Role.NORM));
    return all;
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(
        new InputSpec("id", InputSpec.Type.INT32, Shape.of(-1)),
        new InputSpec("next", InputSpec.Type.INT32, Shape.of(-1)));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> x = at.rows(batch.ints("id"), EMBEDDING);
    for (int l = 0; l < layers; l++) {
      x = at.boundary(x);
      Ops layer = tf.withSubScope("layer" + l);
      Operand<TFloat32> h = normed(layer, x, at.dense(of(l, "norm")));
      x = layer.math.add(x, layer.math.tanh(at.matMul(h, of(l, "kernel"))));
    }
    Operand<TFloat32> z =
        at.matMulTransposed(normed(tf.withSubScope("head"), x, at.dense(LAST_NORM)), EMBEDDING);
    Operand<TInt32> next = batch.ints("next");
    Operand<TFloat32> target =
        tf.oneHot(next, tf.constant(VOCABULARY), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> nats =
        tf.math.neg(tf.sum(tf.math.mul(target, tf.nn.logSoftmax(z)), tf.constant(1)));
    return Forward.of(nats, tf.fill(tf.shape(next), tf.constant(1f)), z);
  }

  /** {@code g x / sqrt(mean x^2 + 0.1)}: its first operations do not use the gain. */
  private static Operand<TFloat32> normed(Ops tf, Operand<TFloat32> x, Operand<TFloat32> gain) {
    Operand<TFloat32> square = tf.math.mean(tf.math.square(x), tf.constant(new int[] {1}));
    Operand<TFloat32> root = tf.math.rsqrt(tf.math.add(square, tf.constant(0.1f)));
    return tf.math.mul(tf.math.mul(x, tf.expandDims(root, tf.constant(1))), gain);
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    int n = examples.size();
    int[] ids = new int[n];
    int[] next = new int[n];
    for (int i = 0; i < n; i++) {
      Map<String, HostArray> fields = examples.get(i).fields();
      ids[i] = ((HostArray.Ints) fields.get("id")).values().get(0);
      next[i] = ((HostArray.Ints) fields.get("next")).values().get(0);
    }
    return new TreeMap<>(
        Map.of("id", new HostArray.Ints(ids, n), "next", new HostArray.Ints(next, n)));
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : parameters()) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) (0.5 * rng.nextGaussian());
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return WeightSnapshot.of(shapes, values);
  }
}
