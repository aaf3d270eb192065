package io.github.palimpsest.lora;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A small set of weights, and products with them through an adapter. */
final class Bench {
  static final int IN = 7;
  static final int OUT = 5;
  static final String KERNEL = "layers.3.q_proj.weight";
  static final String OTHER = "layers.3.k_proj.weight";
  static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec("embed.weight", Shape.of(9, IN), Role.EMBEDDING),
          new ParameterSpec(KERNEL, Shape.of(IN, OUT), Role.KERNEL, 3),
          new ParameterSpec(OTHER, Shape.of(IN, OUT), Role.KERNEL, 3),
          new ParameterSpec("norm.weight", Shape.of(IN), Role.NORM));

  private Bench() {}

  static WeightSnapshot base() {
    return random(SPECS, new Random(4));
  }

  static WeightSnapshot random(List<ParameterSpec> specs, Random rng) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : specs) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) rng.nextGaussian();
      }
      shapes.put(p.name(), p.shape());
      values.put(p.name(), v);
    }
    return WeightSnapshot.of(shapes, values);
  }

  static Adapter adapter(AdapterProvider provider, Map<String, Value> written) {
    return provider.create(settings(provider, written));
  }

  static Settings settings(AdapterProvider provider, Map<String, Value> written) {
    Setting.ComponentSource none =
        (kind, call) -> {
          throw new IllegalArgumentException(call.toString());
        };
    return Settings.of(provider, written, none);
  }

  /** What was asked of the effective weights, and the gradient of {@code sum(c * y)}. */
  record Answer(float[] y, Map<String, float[]> gradients, List<Shape> shapesInGraph) {}

  /** Asks through the adapter; {@code c} weighs the entries of the answer in the gradient. */
  static Answer ask(
      BoundAdapter adapter,
      WeightSnapshot trainable,
      float[] c,
      BiFunction<Ops, Weights, Operand<TFloat32>> question) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Weights base = new DenseWeights(tf, constants(tf, base()));
      Tensors trained = constants(tf, trainable);
      Operand<TFloat32> y = question.apply(tf, adapter.effective(tf, Params.of(trained), base));
      Operand<TFloat32> loss =
          tf.sum(
              tf.math.mul(constant(tf, Shapes.from(y.shape()), c), y),
              tf.constant(new int[] {0, 1}));
      Map<String, Operand<TFloat32>> reached = new LinkedHashMap<>(trained.byName());
      reached.keySet().removeIf(name -> name.contains(OTHER));
      Session.Runner runner = session.runner().fetch(y);
      tf.gradients(loss, new ArrayList<>(reached.values()))
          .forEach(g -> runner.fetch(g.asOutput()));
      List<Shape> shapes = new ArrayList<>();
      graph
          .operations()
          .forEachRemaining(
              op -> {
                if (!op.type().equals("Const") && op.numOutputs() > 0) {
                  shapes.add(Shapes.from(op.output(0).shape()));
                }
              });
      try (Result result = runner.run()) {
        Map<String, float[]> gradients = new TreeMap<>();
        int i = 1;
        for (String name : reached.keySet()) {
          gradients.put(name, floats((TFloat32) result.get(i++)));
        }
        return new Answer(floats((TFloat32) result.get(0)), gradients, shapes);
      }
    }
  }

  static Operand<TFloat32> constant(Ops tf, Shape shape, float[] values) {
    return tf.constant(Shapes.of(shape), DataBuffers.of(values));
  }

  static Tensors constants(Ops tf, WeightSnapshot w) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    w.names().forEach(n -> all.put(n, constant(tf, w.shape(n), w.copy(n))));
    return Tensors.of(all);
  }

  static float[] floats(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  /** {@code X Y} of row-major matrices in double precision, X with {@code inner} columns. */
  static double[] times(double[] x, double[] y, int inner) {
    int rows = x.length / inner;
    int columns = y.length / inner;
    double[] product = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < inner; k++) {
          product[i * columns + j] += x[i * inner + k] * y[k * columns + j];
        }
      }
    }
    return product;
  }

  static double[] transposed(double[] x, int columns) {
    double[] t = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      t[i % columns * (x.length / columns) + i / columns] = x[i];
    }
    return t;
  }

  static double[] doubles(float[] x) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x[i];
    }
    return d;
  }

  static float[] rounded(double[] x) {
    float[] f = new float[x.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) x[i];
    }
    return f;
  }
}
