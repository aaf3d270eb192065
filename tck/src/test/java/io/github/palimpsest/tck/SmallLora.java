package io.github.palimpsest.tck;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.ParameterSpec.Role;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.Weights;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** {@code W + (alpha/r) A B} on one kernel, with mistakes to choose from. */
final class SmallLora implements Adapter {
  enum Mistake {
    RANDOM_B,
    BASE_TRAINED,
    NAME_CLASH,
    MERGE_WITHOUT_SCALE,
    BOTH_ZERO,
    OWN_RANDOM,
    MERGE_DECAYS,
    MULTIPLIES,
    COLUMNS_OF_BASE
  }

  private static final String KERNEL = "model.layers.0.self_attn.q_proj.weight";
  private static final int RANK = 2;

  private final float scale;
  private final Set<Mistake> mistakes = EnumSet.noneOf(Mistake.class);

  SmallLora(double scale, Mistake... mistakes) {
    this.scale = (float) scale;
    this.mistakes.addAll(Set.of(mistakes));
  }

  private boolean has(Mistake m) {
    return mistakes.contains(m);
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    ParameterSpec kernel =
        base.stream().filter(p -> p.name().equals(KERNEL)).findFirst().orElseThrow();
    return new Bound(kernel);
  }

  private final class Bound implements BoundAdapter {
    private final ParameterSpec kernel;
    private final long in;
    private final long out;
    private final String a = has(Mistake.NAME_CLASH) ? "model.norm.weight" : KERNEL + ".a";
    private final String b = KERNEL + ".b";

    Bound(ParameterSpec kernel) {
      this.kernel = kernel;
      in = kernel.shape().get(0);
      out = kernel.shape().get(1);
    }

    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> all = new ArrayList<>();
      all.add(new ParameterSpec(a, Shape.of(in, RANK), Role.ADAPTER));
      all.add(new ParameterSpec(b, Shape.of(RANK, out), Role.ADAPTER));
      if (has(Mistake.BASE_TRAINED)) {
        all.add(kernel);
      }
      return all;
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      RandomGenerator source = has(Mistake.OWN_RANDOM) ? new Random() : rng;
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        shapes.put(p.name(), p.shape());
        float[] v = new float[Math.toIntExact(p.shape().size())];
        boolean random =
            (p.name().equals(a) && !has(Mistake.BOTH_ZERO))
                || (p.name().equals(b) && has(Mistake.RANDOM_B));
        for (int i = 0; i < v.length; i++) {
          v[i] = random ? (float) source.nextGaussian() : 0;
        }
        values.put(p.name(), p.name().equals(KERNEL) ? base.copy(KERNEL) : v);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Adapted(
          tf, base, trainable.tensors().get(a), trainable.tensors().get(b), scale, mistakes);
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.names().forEach(n -> shapes.put(n, base.shape(n)));
      Map<String, float[]> values = new HashMap<>();
      base.names().forEach(n -> values.put(n, base.copy(n)));
      float[] w = values.get(KERNEL);
      float[] left = trainable.copy(a);
      float[] right = trainable.copy(b);
      float factor = has(Mistake.MERGE_WITHOUT_SCALE) ? 1 : scale;
      for (int i = 0; i < in; i++) {
        for (int j = 0; j < out; j++) {
          float sum = 0;
          for (int k = 0; k < RANK; k++) {
            sum += left[i * RANK + k] * right[(int) (k * out + j)];
          }
          w[(int) (i * out + j)] += factor * sum;
          w[(int) (i * out + j)] *= has(Mistake.MERGE_DECAYS) ? 0.9f : 1;
        }
      }
      return WeightSnapshot.of(shapes, values);
    }
  }

  private record Adapted(
      Ops tf,
      Weights base,
      Operand<TFloat32> a,
      Operand<TFloat32> b,
      float scale,
      Set<Mistake> mistakes)
      implements Weights {
    @Override
    public Operand<TFloat32> dense(String name) {
      Operand<TFloat32> w = base.dense(name);
      return mistakes.contains(Mistake.MULTIPLIES) && name.equals(KERNEL)
          ? tf.math.mul(w, tf.math.add(tf.constant(1f), tf.linalg.matMul(a, b)))
          : name.equals(KERNEL)
              ? tf.math.add(w, tf.math.mul(tf.constant(scale), tf.linalg.matMul(a, b)))
              : w;
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      Operand<TFloat32> y = base.matMul(x, kernel);
      return kernel.equals(KERNEL)
          ? tf.math.add(
              y, tf.math.mul(tf.constant(scale), tf.linalg.matMul(tf.linalg.matMul(x, a), b)))
          : y;
    }

    @Override
    public Operand<TFloat32> columnSquares(Ops at, String kernel) {
      return mistakes.contains(Mistake.COLUMNS_OF_BASE)
          ? base.columnSquares(at, kernel)
          : Weights.super.columnSquares(at, kernel);
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
