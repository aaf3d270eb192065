package com.acme.gains;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
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
 * {@code W' = diag(1 + s) W}: one trained number for each input of a kernel, 0 at the start.
 *
 * @param targets names of the kernels
 */
record InputGains(Pattern targets) implements Adapter {
  static final Setting<Pattern> TARGETS =
      Setting.pattern("targets", ".*proj.*", "names of the kernels whose inputs are scaled");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "acme.input-gains",
              "Scales the inputs of the model's kernels",
              "W' = diag(1 + s) W, s = 0 at the start")
          .settings(TARGETS)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK, Cost.NONE, "after Liu et al. 2022, (IA)^3 (arXiv:2205.05638)"))
          .creates(s -> new InputGains(s.get(TARGETS)));

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> kernels =
        base.stream()
            .filter(p -> p.role() == Role.KERNEL && targets.matcher(p.name()).matches())
            .toList();
    if (kernels.isEmpty()) {
      throw new PalimpsestException(
          "acme.input-gains: no kernel of the model matches '" + targets + "'");
    }
    return new Bound(kernels);
  }

  private static String gainsOf(String kernel) {
    return kernel + ".gains";
  }

  private record Bound(List<ParameterSpec> kernels) implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      return kernels.stream()
          .map(
              k ->
                  new ParameterSpec(
                      gainsOf(k.name()), Shape.of(k.shape().get(0)), Role.ADAPTER, k.layer()))
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
            if (trainable.names().contains(gainsOf(name))) {
              float[] s = trainable.copy(gainsOf(name));
              int outputs = w.length / s.length;
              for (int i = 0; i < w.length; i++) {
                w[i] *= 1 + s[i / outputs];
              }
            }
            return w;
          });
    }
  }

  private record Scaled(Ops tf, Params trainable, Weights base) implements Weights {
    private boolean has(String kernel) {
      return trainable.tensors().names().contains(gainsOf(kernel));
    }

    private Operand<TFloat32> gains(String kernel) {
      return tf.math.add(tf.constant(1f), trainable.tensors().get(gainsOf(kernel)));
    }

    @Override
    public Operand<TFloat32> dense(String name) {
      Operand<TFloat32> w = base.dense(name);
      return has(name) ? tf.math.mul(w, tf.expandDims(gains(name), tf.constant(1))) : w;
    }

    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      return base.matMul(has(kernel) ? tf.math.mul(x, gains(kernel)) : x, kernel);
    }

    @Override
    public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String table) {
      Operand<TFloat32> product = base.matMulTransposed(x, table);
      return has(table) ? tf.math.mul(product, gains(table)) : product;
    }

    @Override
    public Operand<TFloat32> rows(Operand<TInt32> ids, String table) {
      // tables of embeddings are no kernels
      return base.rows(ids, table);
    }
  }
}
