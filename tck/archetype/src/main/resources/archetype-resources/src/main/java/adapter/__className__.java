package ${package};

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code W' = W diag(1 + s)}: one trained number for each output of a kernel, 0 at the start.
 *
 * @param targets names of the kernels
 */
record ${className}(Pattern targets) implements Adapter {
  static final Setting<Pattern> TARGETS =
      Setting.pattern("targets", ".*proj.*", "names of the kernels to scale");

  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "${id}",
              "Scales the outputs of the model's kernels",
              "W' = W diag(1 + s), s = 0 at the start")
          .settings(TARGETS)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK, Cost.NONE, "Liu et al. 2022, (IA)^3 (arXiv:2205.05638)"))
          .creates(s -> new ${className}(s.get(TARGETS)));

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> kernels =
        base.stream()
            .filter(p -> p.role() == Role.KERNEL && targets.matcher(p.name()).matches())
            .toList();
    if (kernels.isEmpty()) {
      throw new PalimpsestException("${id}: no kernel of the model matches '" + targets + "'");
    }
    return new Bound(kernels);
  }

  private static String scaleOf(String kernel) {
    return kernel + ".scale";
  }

  private record Bound(List<ParameterSpec> kernels) implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      return kernels.stream()
          .map(
              k ->
                  new ParameterSpec(
                      scaleOf(k.name()), Shape.of(k.shape().get(1)), Role.ADAPTER, k.layer()))
          .toList();
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      trainable().forEach(p -> shapes.put(p.name(), p.shape()));
      return WeightSnapshot.computed(shapes, name -> new float[(int) shapes.get(name).size()]);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Scaled(tf, trainable, base);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.names().forEach(name -> shapes.put(name, base.shape(name)));
      return WeightSnapshot.computed(
          shapes,
          name -> {
            float[] w = base.copy(name);
            if (trainable.names().contains(scaleOf(name))) {
              float[] s = trainable.copy(scaleOf(name));
              for (int i = 0; i < w.length; i++) {
                w[i] *= 1 + s[i % s.length];
              }
            }
            return w;
          });
    }
  }

  private record Scaled(Ops tf, Params trainable, Weights base) implements Weights {
    /** Columns times {@code 1 + s}, for a kernel and for what was multiplied with it. */
    private Operand<TFloat32> scaled(Operand<TFloat32> columns, String kernel) {
      if (!trainable.tensors().names().contains(scaleOf(kernel))) {
        return columns;
      }
      Operand<TFloat32> s = trainable.tensors().get(scaleOf(kernel));
      return tf.math.mul(columns, tf.math.add(tf.constant(1f), s));
    }

    @Override
    public Operand<TFloat32> dense(String name) {
      return scaled(base.dense(name), name);
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      return scaled(base.matMul(x, kernel), kernel);
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
