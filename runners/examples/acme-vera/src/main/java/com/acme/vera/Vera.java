package com.acme.vera;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code W' = W + A diag(d) B diag(b)}: A {@code [in, rank]} and B {@code [rank, out]} are random,
 * frozen and the same for all kernels of one shape; d starts at 0.1 and b at 0. The entries of A and
 * B are normal with variance 1 / in and 1 / rank.
 *
 * @param rank the length of d
 * @param targets names of the kernels
 */
record Vera(int rank, Pattern targets) implements Adapter {
  static final Setting<Integer> RANK =
      Setting.integer("rank", 64, 1, 65_536, "length of the vector between the random matrices");
  static final Setting<Pattern> TARGETS =
      Setting.pattern("targets", ".*proj.*", "names of the kernels that are adapted");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "acme.vera",
              "Trains two vectors for each kernel, between random matrices that kernels share",
              "W' = W + A diag(d) B diag(b), A and B random and frozen, b = 0 at the start")
          .settings(RANK, TARGETS)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK, Cost.NONE, "Kopiczko et al. 2024, VeRA (arXiv:2310.11454)"))
          .creates(s -> new Vera(s.get(RANK), s.get(TARGETS)));

  private static final float START = 0.1f;

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> kernels =
        base.stream()
            .filter(p -> p.role() == Role.KERNEL && targets.matcher(p.name()).matches())
            .toList();
    if (kernels.isEmpty()) {
      throw new PalimpsestException("acme.vera: no kernel of the model matches '" + targets + "'");
    }
    return new Bound(rank, List.copyOf(base), kernels);
  }

  private static String d(String kernel) {
    return kernel + ".vera-d";
  }

  private static String b(String kernel) {
    return kernel + ".vera-b";
  }

  private static String left(Shape kernel) {
    return "vera-a-" + kernel.get(0) + "x" + kernel.get(1);
  }

  private static String right(Shape kernel) {
    return "vera-b-" + kernel.get(0) + "x" + kernel.get(1);
  }

  private record Bound(int rank, List<ParameterSpec> base, List<ParameterSpec> kernels)
      implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> trained = new ArrayList<>();
      for (ParameterSpec k : kernels) {
        trained.add(new ParameterSpec(d(k.name()), Shape.of(rank), Role.ADAPTER, k.layer()));
        trained.add(
            new ParameterSpec(b(k.name()), Shape.of(k.shape().get(1)), Role.ADAPTER, k.layer()));
      }
      return trained;
    }

    private List<Shape> shapes() {
      return kernels.stream().map(ParameterSpec::shape).distinct().toList();
    }

    @Override
    public List<ParameterSpec> derived() {
      List<ParameterSpec> drawn = new ArrayList<>();
      for (Shape s : shapes()) {
        drawn.add(new ParameterSpec(left(s), Shape.of(s.get(0), rank), Role.ADAPTER));
        drawn.add(new ParameterSpec(right(s), Shape.of(rank, s.get(1)), Role.ADAPTER));
      }
      return drawn;
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
      Map<String, Operand<TFloat32>> drawn = new LinkedHashMap<>();
      for (ParameterSpec p : derived()) {
        int rows = Math.toIntExact(p.shape().get(0));
        float[][] values = new float[rows][Math.toIntExact(p.shape().get(1))];
        for (float[] row : values) {
          for (int j = 0; j < row.length; j++) {
            row[j] = (float) (rng.nextGaussian() / Math.sqrt(rows));
          }
        }
        drawn.put(p.name(), tf.constant(values));
      }
      return Tensors.of(drawn);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        float[] v = new float[Math.toIntExact(p.shape().size())];
        if (p.name().endsWith(".vera-d")) {
          Arrays.fill(v, START);
        }
        shapes.put(p.name(), p.shape());
        values.put(p.name(), v);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new VeraWeights(tf, trainable.tensors(), base, this);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      this.base.forEach(p -> shapes.put(p.name(), p.shape()));
      return WeightSnapshot.computed(
          shapes,
          name ->
              trainable.names().contains(d(name))
                  ? merged(name, base.shape(name), trainable, base)
                  : base.copy(name));
    }

    private float[] merged(String kernel, Shape s, WeightSnapshot trainable, WeightSnapshot base) {
      float[] w = base.copy(kernel);
      float[] a = base.copy(left(s));
      float[] between = trainable.copy(d(kernel));
      float[] by = base.copy(right(s));
      float[] after = trainable.copy(b(kernel));
      int out = after.length;
      for (int i = 0; i < w.length / out; i++) {
        for (int o = 0; o < out; o++) {
          double sum = 0;
          for (int r = 0; r < rank; r++) {
            sum += (double) a[i * rank + r] * between[r] * by[r * out + o];
          }
          w[i * out + o] += (float) (sum * after[o]);
        }
      }
      return w;
    }

    private Shape shape(String kernel) {
      return kernels.stream()
          .filter(k -> k.name().equals(kernel))
          .map(ParameterSpec::shape)
          .findFirst()
          .orElseThrow();
    }

    String leftOf(String kernel) {
      return left(shape(kernel));
    }

    String rightOf(String kernel) {
      return right(shape(kernel));
    }
  }

  /** The weights that the model sees. */
  private record VeraWeights(Ops tf, Tensors trained, Weights base, Bound bound)
      implements Weights {
    private boolean has(String kernel) {
      return trained.names().contains(d(kernel));
    }

    /** {@code A diag(d)}. */
    private Operand<TFloat32> a(String kernel) {
      return tf.math.mul(base.dense(bound.leftOf(kernel)), trained.get(d(kernel)));
    }

    /** {@code B diag(b)}. */
    private Operand<TFloat32> b(String kernel) {
      return tf.math.mul(base.dense(bound.rightOf(kernel)), trained.get(Vera.b(kernel)));
    }

    @Override
    public Operand<TFloat32> dense(String name) {
      Operand<TFloat32> w = base.dense(name);
      return has(name) ? tf.math.add(w, tf.linalg.matMul(a(name), b(name))) : w;
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      Operand<TFloat32> product = base.matMul(x, kernel);
      return has(kernel)
          ? tf.math.add(
              product, tf.linalg.matMul(tf.linalg.matMul(x, a(kernel)), b(kernel)))
          : product;
    }

    @Override
    public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
      return has(table)
          ? tf.linalg.matMul(x, dense(table), MatMul.transposeB(true))
          : base.matMulTransposed(x, table);
    }

    @Override
    public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
      return has(table)
          ? tf.gather(dense(table), ids, tf.constant(0))
          : base.rows(ids, table);
    }
  }
}
