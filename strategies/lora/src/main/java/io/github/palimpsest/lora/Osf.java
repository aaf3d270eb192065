package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Orthogonal subspace fine-tuning: the whole of a kernel {@code W [in, out] = U diag(s) V^T} is
 * trained, except its k largest singular triples,
 *
 * <pre>
 *   W' = W + (I - U_k U_k^T) D (I - V_k V_k^T),    D [in, out] from 0
 * </pre>
 *
 * <p>so that {@code W' V_k = W V_k} and {@code U_k^T W' = U_k^T W}: a task uses the directions that
 * earlier ones have left. After each task the change becomes part of W, and the next one starts
 * from the triples of the new W.
 *
 * <p>Nayak et al. 2025, arXiv:2504.07097, whose k is the same share of each kernel here, and not
 * chosen by the importance of its layer. There, gradients are projected; an update of Adam made of
 * them need not stay in the subspace. Here D is projected, so W' stays whatever the optimizer.
 * Rules PAR-01 to PAR-07.
 *
 * @param target kernels whose whole name matches are trained
 * @param keep share of the triples that stay
 * @param mergesAfterTask whether the change becomes part of W after each task
 */
record Osf(Pattern target, double keep, boolean mergesAfterTask) implements Adapter {
  static final Setting<Double> KEEP =
      Setting.real(
          "keep",
          0.5,
          1e-6,
          Math.nextDown(1.0),
          "share of each kernel's singular triples that stay, the largest; at least one stays");
  static final Setting<Boolean> MERGE_AFTER_TASK =
      Setting.flag(
          "merge-after-task",
          true,
          "true: after each task the change becomes part of the kernel, and the next task leaves the"
              + " largest triples of the new kernel unchanged");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "osf",
              "Orthogonal subspace fine-tuning: trains kernels in full, except their largest singular"
                  + " triples",
              "W' = W + (I - U_k U_k^T) D (I - V_k V_k^T); W = U diag(s) V^T; k = keep min(in, out)")
          .settings(LowRankSettings.TARGET, KEEP, MERGE_AFTER_TASK)
          .traits(
              s ->
                  LowRankSettings.traits(
                      s.get(MERGE_AFTER_TASK),
                      "Nayak et al. 2025, Sculpting subspaces: constrained full fine-tuning in LLMs"
                          + " for continual learning, arXiv:2504.07097"))
          .creates(
              s -> new Osf(s.get(LowRankSettings.TARGET), s.get(KEEP), s.get(MERGE_AFTER_TASK)));

  /** The name of D of a kernel. */
  static String d(String kernel) {
    return "osf_D." + kernel;
  }

  private static String u(String kernel) {
    return "osf_U." + kernel;
  }

  private static String v(String kernel) {
    return "osf_V." + kernel;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> kernels = LowRank.kernels(target, base);
    for (ParameterSpec w : kernels) {
      if (Math.min(w.shape().get(0), w.shape().get(1)) < 2) {
        throw new PalimpsestException(
            "'osf': kernel '"
                + w.name()
                + "' of shape "
                + w.shape()
                + " has one singular triple, so nothing of it could be trained; leave it out of"
                + " 'target'");
      }
    }
    return new Bound(base, kernels, keep);
  }

  private record Bound(List<ParameterSpec> all, List<ParameterSpec> kernels, double keep)
      implements BoundAdapter {
    private int k(ParameterSpec w) {
      return (int) Math.max(1, Math.floor(keep * Math.min(w.shape().get(0), w.shape().get(1))));
    }

    @Override
    public List<ParameterSpec> trainable() {
      return kernels.stream()
          .map(w -> new ParameterSpec(d(w.name()), w.shape(), Role.ADAPTER, w.layer()))
          .toList();
    }

    @Override
    public List<ParameterSpec> derived() {
      List<ParameterSpec> kept = new ArrayList<>();
      for (ParameterSpec w : kernels) {
        Shape left = Shape.of(w.shape().get(0), k(w));
        Shape right = Shape.of(w.shape().get(1), k(w));
        kept.add(new ParameterSpec(u(w.name()), left, Role.ADAPTER, w.layer()));
        kept.add(new ParameterSpec(v(w.name()), right, Role.ADAPTER, w.layer()));
      }
      return kept;
    }

    @Override
    public Tensors derive(Ops tf, Weights base) {
      Map<String, Operand<TFloat32>> kept = new LinkedHashMap<>();
      for (ParameterSpec w : kernels) {
        Singular largest = Singular.largest(tf, base.dense(w.name()), k(w));
        kept.put(u(w.name()), largest.u());
        kept.put(v(w.name()), largest.v());
      }
      return Tensors.of(kept);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      trainable().forEach(p -> shapes.put(p.name(), p.shape()));
      return WeightSnapshot.computed(
          shapes, name -> new float[Math.toIntExact(shapes.get(name).size())]);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      Map<String, Operand<TFloat32>> changed = new LinkedHashMap<>();
      for (ParameterSpec w : kernels) {
        Operand<TFloat32> d = trainable.tensors().get(d(w.name()));
        Operand<TFloat32> left = Complement.ofColumns(tf, d, base.dense(u(w.name())));
        Operand<TFloat32> change = Complement.ofRows(tf, left, base.dense(v(w.name())));
        changed.put(w.name(), tf.math.add(base.dense(w.name()), change));
      }
      return new ReplacedWeights(tf, changed, base);
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      Map<String, ParameterSpec> adapted = new TreeMap<>();
      kernels.forEach(w -> adapted.put(w.name(), w));
      return new MergedWeights(
          base,
          all,
          new TreeSet<>(adapted.keySet()),
          name -> merged(adapted.get(name), trainable, base));
    }

    private float[] merged(ParameterSpec w, WeightSnapshot trainable, WeightSnapshot base) {
      float[] left =
          Complement.ofColumns(trainable.copy(d(w.name())), base.copy(u(w.name())), k(w));
      float[] change = Complement.ofRows(left, base.copy(v(w.name())), k(w));
      float[] sum = base.copy(w.name());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += change[i];
      }
      return sum;
    }
  }
}
