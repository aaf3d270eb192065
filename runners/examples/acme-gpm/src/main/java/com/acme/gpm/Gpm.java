package com.acme.gpm;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * Gradient projection memory, {@code g <- g - M M' g} for the gradient g of each kernel {@code
 * [in, out]}: the columns of M span the inputs that the kernel had in finished tasks, up to a share
 * of their square. What the kernel makes of these inputs then stays as it is, if the optimizer's
 * step is a multiple of the gradient: SGD, but neither Adam nor weight decay. Other parameters are
 * not constrained, as in the paper. There the share grows by the task; here it is one number.
 *
 * @param share the protected share of the squared inputs; 0 protects nothing
 * @param examples the number of examples whose inputs count
 */
record Gpm(double share, int examples) implements Regularizer {
  static final Setting<Double> SHARE =
      Setting.real("share", 0.97, 0, 1, "protected share of the squared inputs; 0 for none");
  static final Setting<Integer> EXAMPLES =
      Setting.integer("examples", 64, 1, 1_000_000, "examples whose inputs count");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "acme.gpm",
              "Keeps steps orthogonal to the inputs of earlier tasks",
              "g <- g - M M' g; the columns of M span the inputs of each kernel in finished tasks")
          .settings(SHARE, EXAMPLES)
          .traits(
              Traits.of(
                  Onset.LATER_TASKS,
                  Cost.NONE.snapshots(1),
                  "Saha et al. 2021, Gradient projection memory (arXiv:2103.09762)"))
          .creates(s -> new Gpm(s.get(SHARE), s.get(EXAMPLES)));

  private static final String BASES = "bases";

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    Set<String> kernels =
        site.trainable().stream()
            .filter(p -> p.role() == Role.KERNEL)
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    if (kernels.isEmpty()) {
      throw new PalimpsestException("acme.gpm: the recipe trains none of the model's kernels");
    }
    return new Bound(this, site, kernels);
  }

  private record Bound(Gpm settings, RegularizerSite site, Set<String> kernels)
      implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return site.tf().constant(0f);
    }

    @Override
    public Gradients constrained(Gradients g) {
      if (!site.memories().contains(BASES)) {
        return g;
      }
      Tensors bases = site.memory(BASES);
      return new Gradients(
          g.tensors()
              .mapNamed((name, x) -> bases.names().contains(name) ? without(bases.get(name), x) : x));
    }

    /** {@code g - M (M' g)} with M {@code [in, k]} and g {@code [in, out]}. */
    private Operand<TFloat32> without(Operand<TFloat32> m, Operand<TFloat32> g) {
      Ops tf = site.tf();
      return tf.math.sub(
          g, tf.linalg.matMul(m, tf.linalg.matMul(m, g, MatMul.transposeA(true))));
    }

    @Override
    public void afterTask(FinishedTask task) {
      WeightSnapshot moments = task.inputMoments(kernels, settings.examples());
      Optional<WeightSnapshot> known = task.recall(BASES);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      for (String kernel : kernels) {
        int in = Math.toIntExact(moments.shape(kernel).get(0));
        Basis basis =
            known
                .filter(k -> k.names().contains(kernel))
                .map(k -> Basis.read(in, k.copy(kernel)))
                .orElseGet(() -> Basis.empty(in))
                .grown(moments.copy(kernel), settings.share());
        if (basis.size() > 0) {
          shapes.put(kernel, Shape.of(in, basis.size()));
          values.put(kernel, basis.columns());
        }
      }
      if (!shapes.isEmpty()) {
        task.remember(BASES, WeightSnapshot.of(shapes, values));
      }
    }
  }
}
