package io.github.palimpsest.lora;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Weight-decomposed low-rank adaptation (Liu et al. 2024, arXiv:2402.09353) of kernels {@code W
 * [in, out]}:
 *
 * <pre>
 *   V = W + s A B,    W' = (|W| + d) V / |V|,    x W' = (x W + s (x A) B) (|W| + d) / |V|
 * </pre>
 *
 * <p>{@code |.|} is the Euclidean norm of each column, one number for each output, and is held
 * constant in the gradient, as section 4.3 of the paper proposes and PEFT does. The magnitude
 * {@code m = |W| + d} is trained through its distance {@code d [out]} from the start: it has the
 * same gradient, and {@code d = 0} makes {@code W'} equal {@code W} exactly (PAR-01). A column of
 * zeros stays zero until {@code A B} moves it. Rules PAR-01 to PAR-05.
 */
record Dora(LowRank lowRank, boolean mergesAfterTask) implements Adapter {
  /** The name of the trained vector d of a kernel. */
  static String d(String kernel) {
    return "lora_magnitude." + kernel;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    BoundAdapter direction = new Lora(lowRank, mergesAfterTask).bind(base);
    return new Bound(
        lowRank,
        direction,
        lowRank.kernels(base).stream()
            .collect(
                Collectors.toMap(
                    ParameterSpec::name, Function.identity(), (k, same) -> k, TreeMap::new)));
  }

  private record Bound(LowRank lowRank, BoundAdapter direction, Map<String, ParameterSpec> kernels)
      implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> all = new ArrayList<>(direction.trainable());
      kernels.values().forEach(kernel -> all.add(magnitude(kernel)));
      return all;
    }

    private static ParameterSpec magnitude(ParameterSpec kernel) {
      return new ParameterSpec(
          d(kernel.name()),
          Shape.of(kernel.shape().get(1)),
          ParameterSpec.Role.ADAPTER,
          kernel.layer());
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      WeightSnapshot ab = direction.initial(base, rng);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        shapes.put(p.name(), p.shape());
        values.put(
            p.name(),
            ab.names().contains(p.name())
                ? ab.copy(p.name())
                : new float[Math.toIntExact(p.shape().size())]);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Effective(tf, trainable, base, direction.effective(tf, trainable, base), kernels);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return new MergedWeights(base, kernels.keySet(), name -> merged(name, trainable, base));
    }

    private float[] merged(String kernel, WeightSnapshot trainable, WeightSnapshot base) {
      float[] v = lowRank.added(kernel, trainable, base);
      float[] d = trainable.copy(d(kernel));
      double[] w0 = columnNorms(base.copy(kernel), d.length);
      double[] v0 = columnNorms(v, d.length);
      for (int i = 0; i < v.length; i++) {
        int j = i % d.length;
        v[i] = v0[j] == 0 ? 0 : (float) (v[i] * ((w0[j] + d[j]) / v0[j]));
      }
      return v;
    }

    private static double[] columnNorms(float[] kernel, int out) {
      double[] squares = new double[out];
      for (int i = 0; i < kernel.length; i++) {
        squares[i % out] += (double) kernel[i] * kernel[i];
      }
      for (int j = 0; j < out; j++) {
        squares[j] = Math.sqrt(squares[j]);
      }
      return squares;
    }
  }

  private record Effective(
      Ops tf, Params trainable, Weights base, Weights direction, Map<String, ParameterSpec> kernels)
      implements Weights {
    @Override
    public Operand<TFloat32> dense(String name) {
      return scaled(name, direction.dense(name));
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      return scaled(kernel, direction.matMul(x, kernel));
    }

    /** {@code y (|W| + d) / |V|}, exactly {@code y} at the start. */
    private Operand<TFloat32> scaled(String kernel, Operand<TFloat32> y) {
      if (!kernels.containsKey(kernel)) {
        return y;
      }
      Operand<TFloat32> w = columnNorms(base.dense(kernel));
      Operand<TFloat32> v = columnNorms(direction.dense(kernel));
      Operand<TFloat32> m = tf.math.add(w, trainable.tensors().get(d(kernel)));
      return tf.math.mul(y, tf.math.divNoNan(m, v));
    }

    private Operand<TFloat32> columnNorms(Operand<TFloat32> kernel) {
      Operand<TFloat32> constant = tf.stopGradient(kernel);
      return tf.math.sqrt(
          tf.reduceSum(tf.math.square(constant), tf.constant(0), ReduceSum.keepDims(false)));
    }

    @Override
    public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
      return base.matMulTransposed(x, table);
    }

    @Override
    public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
      return base.rows(ids, table);
    }
  }
}
