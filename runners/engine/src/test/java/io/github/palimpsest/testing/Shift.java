package io.github.palimpsest.testing;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code W' = W + D} with a trained {@code D} from 0 for every parameter, and, with a rank, {@code
 * D = A B} for kernels. Without one, training {@code D} is training the model itself.
 *
 * @param additive whether it says that it is additive, which it is
 * @param rank of kernels; 0 for a whole D
 */
public record Shift(boolean additive, int rank) implements Adapter {
  /** The name of a trained D. */
  public static String d(String name) {
    return "d." + name;
  }

  /** The name of a trained A. */
  public static String a(String name) {
    return "a." + name;
  }

  /** The name of a trained B. */
  public static String b(String name) {
    return "b." + name;
  }

  private boolean factored(ParameterSpec p) {
    return rank > 0 && p.role() == Role.KERNEL;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    return new Bound(base);
  }

  private final class Bound implements BoundAdapter {
    private final List<ParameterSpec> base;

    Bound(List<ParameterSpec> base) {
      this.base = base;
    }

    @Override
    public boolean isAdditive() {
      return additive;
    }

    @Override
    public List<ParameterSpec> trainable() {
      return base.stream()
          .filter(p -> rank == 0 || p.role() == Role.KERNEL)
          .flatMap(
              p ->
                  factored(p)
                      ? List.of(
                          new ParameterSpec(
                              a(p.name()), Shape.of(p.shape().get(0), rank), Role.ADAPTER),
                          new ParameterSpec(
                              b(p.name()), Shape.of(rank, p.shape().get(1)), Role.ADAPTER))
                          .stream()
                      : List.of(new ParameterSpec(d(p.name()), p.shape(), Role.ADAPTER)).stream())
          .toList();
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot weights, RandomGenerator rng) {
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        float[] v = new float[Math.toIntExact(p.shape().size())];
        for (int i = 0; i < v.length && rank > 0; i++) {
          v[i] = (float) (0.5 * rng.nextGaussian());
        }
        shapes.put(p.name(), p.shape());
        values.put(p.name(), v);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights weights) {
      return new Shifted(tf, trainable, weights);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot weights) {
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : base) {
        float[] w = weights.copy(p.name());
        float[] added = added(p, trainable);
        for (int i = 0; i < w.length; i++) {
          w[i] += added[i];
        }
        shapes.put(p.name(), p.shape());
        values.put(p.name(), w);
      }
      return WeightSnapshot.of(shapes, values);
    }

    private float[] added(ParameterSpec p, WeightSnapshot trained) {
      if (trained.names().contains(d(p.name()))) {
        return trained.copy(d(p.name()));
      }
      float[] sum = new float[Math.toIntExact(p.shape().size())];
      if (factored(p)) {
        float[] a = trained.copy(a(p.name()));
        float[] b = trained.copy(b(p.name()));
        int out = b.length / rank;
        for (int i = 0; i < sum.length; i++) {
          for (int k = 0; k < rank; k++) {
            sum[i] += a[i / out * rank + k] * b[k * out + i % out];
          }
        }
      }
      return sum;
    }
  }

  private record Shifted(Ops tf, Params trained, Weights base) implements Weights {
    @Override
    public Operand<TFloat32> dense(String name) {
      var t = trained.tensors();
      if (t.names().contains(d(name))) {
        return tf.math.add(base.dense(name), t.get(d(name)));
      }
      return t.names().contains(a(name))
          ? tf.math.add(base.dense(name), tf.linalg.matMul(t.get(a(name)), t.get(b(name))))
          : base.dense(name);
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      var t = trained.tensors();
      Operand<TFloat32> added =
          t.names().contains(d(kernel))
              ? tf.linalg.matMul(x, t.get(d(kernel)))
              : tf.linalg.matMul(tf.linalg.matMul(x, t.get(a(kernel))), t.get(b(kernel)));
      return tf.math.add(base.matMul(x, kernel), added);
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
