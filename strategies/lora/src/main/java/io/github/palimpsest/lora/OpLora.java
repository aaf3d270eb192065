package io.github.palimpsest.lora;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * OPLoRA: low-rank adaptation between projections that leave the k largest singular triples of a
 * kernel {@code W [in, out] = U diag(s) V^T} exactly as they are,
 *
 * <pre>
 *   W' = W + s (I - U_k U_k^T) A B (I - V_k V_k^T),    A [in, r],  B [r, out],  s as in lora
 * </pre>
 *
 * <p>so that {@code W' V_k = W V_k} and {@code U_k^T W' = U_k^T W}: the model keeps its strongest
 * directions. The projections act on A and B, which costs no product with the batch. After merging
 * or saving for PEFT it is plain LoRA with projected A and B.
 *
 * <p>Xiong and Xie 2025, arXiv:2510.13003. Rules PAR-01 to PAR-07.
 *
 * @param lowRank A and B
 * @param preserved k
 * @param mergesAfterTask as in lora
 */
record OpLora(LowRank lowRank, int preserved, boolean mergesAfterTask) implements Adapter {

  static final Setting<Integer> PRESERVE =
      Setting.integer(
          "preserve",
          8,
          1,
          65536,
          "k, number of each kernel's largest singular triples that stay unchanged");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "oplora",
              "Orthogonal-projection LoRA: keeps each kernel's largest singular triples unchanged",
              "W' = W + s (I - U_k U_k^T) A B (I - V_k V_k^T); W = U diag(s) V^T; s as in lora")
          .settings(
              LowRankSettings.RANK,
              LowRankSettings.ALPHA,
              LowRankSettings.RSLORA,
              LowRankSettings.TARGET,
              PRESERVE,
              LowRankSettings.DROPOUT,
              LowRankSettings.MERGE_AFTER_TASK)
          .traits(
              s ->
                  LowRankSettings.traits(
                      s,
                      "Xiong and Xie 2025, OPLoRA: orthogonal projection LoRA prevents catastrophic forgetting"
                          + " during parameter-efficient fine-tuning, arXiv:2510.13003"))
          .creates(OpLora::create);

  private static Adapter create(Settings s) {
    LowRank lowRank =
        new LowRank(
            PerModule.of(s.get(LowRankSettings.RANK)),
            PerModule.of(s.get(LowRankSettings.ALPHA)),
            s.get(LowRankSettings.RSLORA),
            s.get(LowRankSettings.TARGET),
            Start.DEFAULT,
            1,
            s.get(LowRankSettings.DROPOUT));
    return new OpLora(lowRank, s.get(PRESERVE), s.get(LowRankSettings.MERGE_AFTER_TASK));
  }

  /** The name of {@code U_k} of a kernel. */
  static String u(String kernel) {
    return "oplora_U." + kernel;
  }

  /** The name of {@code V_k} of a kernel. */
  static String v(String kernel) {
    return "oplora_V." + kernel;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    List<ParameterSpec> kernels = lowRank.kernels(base);
    kernels.forEach(k -> Singular.check("setting 'preserve': ", preserved, k));
    return new Bound(kernels, preserved, new Lora(lowRank, mergesAfterTask).bind(base));
  }

  private record Bound(List<ParameterSpec> kernels, int k, BoundAdapter lora)
      implements BoundAdapter, PeftExport {
    @Override
    public List<ParameterSpec> trainable() {
      return lora.trainable();
    }

    @Override
    public List<ParameterSpec> derived() {
      List<ParameterSpec> kept = new ArrayList<>();
      for (ParameterSpec w : kernels) {
        long in = w.shape().get(0);
        long out = w.shape().get(1);
        kept.add(new ParameterSpec(u(w.name()), Shape.of(in, k), Role.ADAPTER, w.layer()));
        kept.add(new ParameterSpec(v(w.name()), Shape.of(out, k), Role.ADAPTER, w.layer()));
      }
      return kept;
    }

    @Override
    public Tensors derive(Ops tf, Weights base) {
      Map<String, Operand<TFloat32>> kept = new LinkedHashMap<>();
      for (ParameterSpec w : kernels) {
        Singular largest = Singular.largest(tf, base.dense(w.name()), k);
        kept.put(u(w.name()), largest.u());
        kept.put(v(w.name()), largest.v());
      }
      return Tensors.of(kept);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      return lora.initial(base, rng);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return lora.effective(tf, projected(tf, trainable, base), base);
    }

    @Override
    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      return lora.training(tf, projected(tf, trainable, base), base, noise);
    }

    @Override
    public boolean isAdditive() {
      return lora.isAdditive();
    }

    /** {@code A - U (U^T A)} and {@code B - (B V) V^T}. */
    private Params projected(Ops tf, Params trainable, Weights base) {
      Map<String, Operand<TFloat32>> ab = new LinkedHashMap<>(trainable.tensors().byName());
      for (ParameterSpec w : kernels) {
        Operand<TFloat32> u = base.dense(u(w.name()));
        Operand<TFloat32> v = base.dense(v(w.name()));
        ab.computeIfPresent(LowRank.a(w.name()), (name, a) -> Complement.ofColumns(tf, a, u));
        ab.computeIfPresent(LowRank.b(w.name()), (name, b) -> Complement.ofRows(tf, b, v));
      }
      return trainable.with(Tensors.of(ab));
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return lora.merge(projected(trainable, base), base);
    }

    @Override
    public PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base) {
      return lora.capability(PeftExport.class)
          .orElseThrow()
          .toPeft(projected(trainable, base), base);
    }

    /** Computed when read. */
    private WeightSnapshot projected(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      Map<String, String> kernelOf = new TreeMap<>();
      for (ParameterSpec w : kernels) {
        for (String name : List.of(LowRank.a(w.name()), LowRank.b(w.name()))) {
          shapes.put(name, trainable.shape(name));
          kernelOf.put(name, w.name());
        }
      }
      return WeightSnapshot.computed(
          shapes,
          name -> {
            String kernel = kernelOf.get(name);
            float[] x = trainable.copy(name);
            return name.equals(LowRank.a(kernel))
                ? Complement.ofColumns(x, base.copy(u(kernel)), k)
                : Complement.ofRows(x, base.copy(v(kernel)), k);
          });
    }
  }
}
