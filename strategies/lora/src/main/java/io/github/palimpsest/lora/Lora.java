package io.github.palimpsest.lora;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.PeftAdapter;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) of kernels {@code W [in, out]}:
 *
 * <pre>
 *   x W' = x W + s (x A) B,    A [in, r],  B [r, out],  s = alpha / r
 * </pre>
 *
 * <p>Neither {@code W + s A B} nor its gradient is ever formed for a product, which is the saving;
 * {@link Weights#dense} forms it when asked. At the start {@code B = 0}, so {@code W'} is {@code W}
 * exactly (PAR-01); {@code A} is drawn as in PEFT ({@link LowRank#uniform}) and receives gradient
 * once {@code B} has moved (PAR-05). rsLoRA (Kalajdzievski 2023, arXiv:2312.03732) has {@code s =
 * alpha / sqrt(r)}. Rules PAR-01 to PAR-05.
 */
record Lora(LowRank lowRank, boolean mergesAfterTask) implements Adapter {
  private static final Function<String, double[]> NO_NORMS = name -> new double[0];

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    return new Bound(lowRank, base, lowRank.kernels(base));
  }

  private record Bound(
      LowRank lowRank, List<ParameterSpec> all, List<ParameterSpec> kernels, Set<String> adapted)
      implements BoundAdapter {
    Bound(LowRank lowRank, List<ParameterSpec> all, List<ParameterSpec> kernels) {
      this(
          lowRank,
          all,
          kernels,
          kernels.stream().map(ParameterSpec::name).collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> trained = new ArrayList<>();
      for (ParameterSpec kernel : kernels) {
        trained.add(lowRank.specOfA(kernel));
        trained.add(lowRank.specOfB(kernel));
      }
      return trained;
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      Map<String, float[]> values = new LinkedHashMap<>();
      for (ParameterSpec kernel : kernels) {
        ParameterSpec a = lowRank.specOfA(kernel);
        ParameterSpec b = lowRank.specOfB(kernel);
        shapes.put(a.name(), a.shape());
        shapes.put(b.name(), b.shape());
        values.put(a.name(), LowRank.uniform(a.shape(), rng));
        values.put(b.name(), new float[Math.toIntExact(b.shape().size())]);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Effective(tf, trainable, base, adapted, tf.constant((float) lowRank.scale()));
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return new MergedWeights(base, adapted, name -> lowRank.added(name, trainable, base));
    }

    @Override
    public Optional<PeftAdapter> toPeft(WeightSnapshot trainable, WeightSnapshot base) {
      return Optional.of(
          new PeftAdapter(
              PeftConfig.of(lowRank, false, adapted, all),
              PeftTensors.exported(PeftTensors.names(adapted, false), trainable, NO_NORMS)));
    }

    @Override
    public WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base) {
      return PeftTensors.imported(
          PeftTensors.names(adapted, false), trainable(), tensors, NO_NORMS);
    }
  }

  private record Effective(
      Ops tf, Params trainable, Weights base, Set<String> adapted, Operand<TFloat32> s)
      implements Weights {
    @Override
    public Operand<TFloat32> dense(String name) {
      Operand<TFloat32> w = base.dense(name);
      return adapted.contains(name)
          ? tf.math.add(w, tf.linalg.matMul(tf.math.mul(s, a(name)), b(name)))
          : w;
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      Operand<TFloat32> xw = base.matMul(x, kernel);
      if (!adapted.contains(kernel)) {
        return xw;
      }
      Operand<TFloat32> xa = tf.math.mul(s, tf.linalg.matMul(x, a(kernel)));
      return tf.math.add(xw, tf.linalg.matMul(xa, b(kernel)));
    }

    @Override
    public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
      return base.matMulTransposed(x, table);
    }

    @Override
    public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
      return base.rows(ids, table);
    }

    private Operand<TFloat32> a(String kernel) {
      return trainable.tensors().get(LowRank.a(kernel));
    }

    private Operand<TFloat32> b(String kernel) {
      return trainable.tensors().get(LowRank.b(kernel));
    }
  }
}
