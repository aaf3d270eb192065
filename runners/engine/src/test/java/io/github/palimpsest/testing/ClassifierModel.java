package io.github.palimpsest.testing;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.Relabelling;
import io.github.palimpsest.api.model.Reweighting;
import io.github.palimpsest.api.model.Unprompted;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code h = tanh(x W1 + b1); z = h W2 + b2}; an example's loss is {@code weight * -log
 * softmax(z)[y]} and its weight {@code weight}, as if it had so many equal target tokens.
 */
public final class ClassifierModel implements Model, Relabelling, Reweighting, Unprompted {
  private final int in;
  private final int hidden;
  private final int classes;

  /**
   * @param in features of an example
   * @param hidden units of the hidden layer
   * @param classes how many classes there are
   */
  public ClassifierModel(int in, int hidden, int classes) {
    this.in = in;
    this.hidden = hidden;
    this.classes = classes;
  }

  /**
   * An example.
   *
   * @param weight how many target tokens it stands for
   */
  public static Example example(String id, float[] x, int y, float weight) {
    Map<String, HostArray> fields =
        Map.of(
            "x", new HostArray.Floats(x, x.length),
            "y", new HostArray.Ints(new int[] {y}),
            "weight", new HostArray.Floats(new float[] {weight}));
    return new Example(id, 1, new TreeMap<>(fields));
  }

  /**
   * A task of twelve examples with random features and classes, the same at each call.
   *
   * @param index the task's place in the sequence, which also seeds it
   * @param tokens example i stands for {@code 1 + i % tokens} target tokens
   */
  public TaskData randomTask(int index, int tokens) {
    Random rng = new Random(10 + index);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      float[] x = new float[in];
      for (int j = 0; j < in; j++) {
        x[j] = (float) rng.nextGaussian();
      }
      examples.add(example("t" + index + "/" + i, x, rng.nextInt(classes), 1 + i % tokens));
    }
    return TaskData.of(index, "t" + index, examples);
  }

  /** The role of a parameter of the golden problems, by its name. */
  static Role role(String name) {
    return name.contains("weight") ? Role.KERNEL : name.contains("norm") ? Role.NORM : Role.BIAS;
  }

  /** Standard normal values. */
  static WeightSnapshot gaussian(Map<String, Shape> shapes, RandomGenerator rng) {
    Map<String, float[]> values = new TreeMap<>();
    new TreeMap<>(shapes)
        .forEach(
            (name, shape) -> {
              float[] v = new float[Math.toIntExact(shape.size())];
              for (int i = 0; i < v.length; i++) {
                v[i] = (float) rng.nextGaussian();
              }
              values.put(name, v);
            });
    return WeightSnapshot.of(shapes, values);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec("fc1.weight", Shape.of(in, hidden), Role.KERNEL, 0),
        new ParameterSpec("fc1.bias", Shape.of(hidden), Role.BIAS, 0),
        new ParameterSpec("fc2.weight", Shape.of(hidden, classes), Role.KERNEL, 1),
        new ParameterSpec("fc2.bias", Shape.of(classes), Role.BIAS, 1));
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(
        new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1, in)),
        new InputSpec("y", InputSpec.Type.INT32, Shape.of(-1)),
        new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1)));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> x = batch.floats("x");
    Operand<TInt32> y = batch.ints("y");
    Operand<TFloat32> weight = batch.floats("weight");
    Operand<TFloat32> h =
        tf.math.tanh(tf.math.add(at.matMul(x, "fc1.weight"), at.dense("fc1.bias")));
    Operand<TFloat32> z = tf.math.add(at.matMul(h, "fc2.weight"), at.dense("fc2.bias"));
    Operand<TFloat32> target = tf.oneHot(y, tf.constant(classes), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> logLikelihood =
        tf.sum(tf.math.mul(target, tf.nn.logSoftmax(z)), tf.constant(1));
    return Forward.of(tf.math.mul(weight, tf.math.neg(logLikelihood)), weight, z)
        .weighing(weight)
        .predicting(y);
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    int n = examples.size();
    float[] x = new float[n * in];
    int[] y = new int[n];
    float[] weight = new float[n];
    for (int i = 0; i < n; i++) {
      Map<String, HostArray> fields = examples.get(i).fields();
      System.arraycopy(((HostArray.Floats) fields.get("x")).toArray(), 0, x, i * in, in);
      y[i] = ((HostArray.Ints) fields.get("y")).values().get(0);
      weight[i] = ((HostArray.Floats) fields.get("weight")).values().get(0);
    }
    return new TreeMap<>(
        Map.of(
            "x", new HostArray.Floats(x, n, in),
            "y", new HostArray.Ints(y, n),
            "weight", new HostArray.Floats(weight, n)));
  }

  /** An example makes one prediction. */
  @Override
  public Example relabelled(Example example, int row, int label) {
    Map<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put("y", new HostArray.Ints(new int[] {label}));
    return new Example(example.id(), example.tokens(), new TreeMap<>(fields));
  }

  @Override
  public Example reweighted(Example example, float[] factors) {
    float weight = ((HostArray.Floats) example.fields().get("weight")).values().get(0);
    Map<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put("weight", new HostArray.Floats(new float[] {weight * factors[0]}));
    return new Example(example.id(), example.tokens(), new TreeMap<>(fields));
  }

  /** Features of 0. */
  @Override
  public Example blank(String id, int tokens) {
    return example(id, new float[in], 0, 1);
  }

  @Override
  public Example ended(Example drawn) {
    return drawn;
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    Map<String, Shape> shapes = new TreeMap<>();
    parameters().forEach(p -> shapes.put(p.name(), p.shape()));
    return gaussian(shapes, rng);
  }
}
