package io.github.palimpsest.engine;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Weighted least squares on two features: loss of an example {@code n (x.w - y)^2 / 2} with weight
 * {@code n}, so that examples of different {@code n} behave like texts of different length. The
 * parameter {@code idle} is one that the loss does not reach.
 */
record LinearModel() implements Model {
  static final String W = "w";
  static final String IDLE = "idle";

  static Example example(String id, float n, float x0, float x1, float y) {
    TreeMap<String, HostArray> fields = new TreeMap<>();
    fields.put("row", new HostArray.Floats(new float[] {n, x0, x1, y}, 4));
    return new Example(id, (int) n, fields);
  }

  static WeightSnapshot weights(float w0, float w1) {
    return WeightSnapshot.of(
        Map.of(W, Shape.of(2, 1), IDLE, Shape.of(3)),
        Map.of(W, new float[] {w0, w1}, IDLE, new float[] {1, 2, 3}));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec(W, Shape.of(2, 1), ParameterSpec.Role.KERNEL),
        new ParameterSpec(IDLE, Shape.of(3), ParameterSpec.Role.BIAS));
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(
        new InputSpec("n", InputSpec.Type.FLOAT32, Shape.of(-1)),
        new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1, 2)),
        new InputSpec("y", InputSpec.Type.FLOAT32, Shape.of(-1, 1)));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> n = batch.floats("n");
    Operand<TFloat32> z = at.matMul(batch.floats("x"), W);
    Operand<TFloat32> error =
        tf.reshape(tf.math.sub(z, batch.floats("y")), tf.constant(new int[] {-1}));
    Operand<TFloat32> loss = tf.math.mul(tf.math.mul(n, tf.math.square(error)), tf.constant(0.5f));
    return Forward.of(loss, n, z);
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    List<float[]> rows = new ArrayList<>();
    for (Example e : examples) {
      rows.add(((HostArray.Floats) e.fields().get("row")).toArray());
    }
    int b = rows.size();
    float[] n = new float[b];
    float[] x = new float[2 * b];
    float[] y = new float[b];
    for (int i = 0; i < b; i++) {
      n[i] = rows.get(i)[0];
      x[2 * i] = rows.get(i)[1];
      x[2 * i + 1] = rows.get(i)[2];
      y[i] = rows.get(i)[3];
    }
    TreeMap<String, HostArray> arrays = new TreeMap<>();
    arrays.put("n", new HostArray.Floats(n, b));
    arrays.put("x", new HostArray.Floats(x, b, 2));
    arrays.put("y", new HostArray.Floats(y, b, 1));
    return arrays;
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return weights((float) rng.nextGaussian(), (float) rng.nextGaussian());
  }
}
