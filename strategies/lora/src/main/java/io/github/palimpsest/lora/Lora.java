package io.github.palimpsest.lora;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) of kernels {@code W [in, out]}:
 *
 * <pre>
 *   x W' = x W + s (x A) B,    A [in, r],  B [r, out],  s = alpha / r
 * </pre>
 *
 * <p>With {@code init=pissa}, {@code milora} or {@code null-space} A and B start as A0 and B0, with
 * {@code s A0 B0} a part of W ({@link Start}), and the residual {@code W - s A0 B0} replaces W.
 * Here the residual is never computed: {@code x W' = x W + s ((x A) B - (x A0) B0)} is the same
 * function with the same gradients, and equals {@code x W} bit for bit at the start, where a
 * residual would be rounded. PEFT gets it as plain LoRA of twice the rank ({@link PlainForm}).
 *
 * <p>With {@code dropout=p}, during training only, each input of A is set to 0 with probability p
 * and divided by {@code 1 - p} otherwise, from a stream named by the kernel. The draws differ for
 * each micro-batch and are the same in every pass of a step.
 *
 * <p>Neither {@code W + s A B} nor its gradient is ever computed for a product, which saves time
 * and memory; {@link Weights#dense} computes it on request. At the start {@code B = 0}, so {@code
 * W'} is {@code W} exactly (PAR-01); {@code A} is drawn as in PEFT ({@link LowRank#uniform}) and
 * receives gradient once {@code B} has moved (PAR-05). rsLoRA (Kalajdzievski 2023,
 * arXiv:2312.03732) has {@code s = alpha / sqrt(r)}. Rules PAR-01 to PAR-05.
 */
record Lora(LowRank lowRank, Pattern full, boolean mergesAfterTask) implements Adapter {
  /** Trains nothing in full. */
  Lora(LowRank lowRank, boolean mergesAfterTask) {
    this(lowRank, Pattern.compile(""), mergesAfterTask);
  }

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "lora",
              "Low-rank adaptation: trains a product of two thin matrices next to each kernel",
              "x W' = x W + s ((x A) B - (x A0) B0); s = alpha / rank, or alpha / sqrt(rank) with rslora;"
                  + " s A0 B0 = sum_i s_i u_i v_i^T over the first (pissa) or last (milora) singular triples of"
                  + " W, or U_n U_n^T W with U_n the r last eigenvectors of the inputs' second moment on the"
                  + " corpus (null-space), else 0")
          .settings(LowRankSettings.ALL)
          .traits(
              s ->
                  LowRankSettings.traits(
                      s,
                      "Hu et al. 2021, LoRA: Low-rank adaptation of large language models, arXiv:2106.09685",
                      "Kalajdzievski 2023, A rank stabilization scaling factor (rsLoRA), arXiv:2312.03732",
                      "Meng, Wang and Zhang 2024, PiSSA: principal singular values and singular vectors adaptation"
                          + " of large language models, arXiv:2404.02948",
                      "Wang et al. 2024, MiLoRA: harnessing minor singular components for parameter-efficient LLM"
                          + " finetuning, arXiv:2406.09044",
                      "Tang et al. 2025, Put the space of LoRA initialization to the extreme to preserve"
                          + " pre-trained knowledge (LoRA-Null), arXiv:2503.02659",
                      "Biderman et al. 2024, LoRA learns less and forgets less, arXiv:2405.09673"))
          .usesCorpus(s -> s.get(LowRankSettings.INIT) == Start.NULL_SPACE)
          .with(PeftReader.class, config -> PeftConfig.recipe("lora", false, config))
          .creates(
              s ->
                  new Lora(
                      LowRankSettings.lowRank(s),
                      s.get(LowRankSettings.FULL),
                      s.get(LowRankSettings.MERGE_AFTER_TASK)));

  private static final Function<String, double[]> NO_NORMS = name -> new double[0];

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    Bound bound = new Bound(lowRank, base, lowRank.kernels(base));
    return TrainedInFull.next(bound, base, bound.adapted(), full);
  }

  private record Bound(
      LowRank lowRank, List<ParameterSpec> all, List<ParameterSpec> kernels, Set<String> adapted)
      implements BoundAdapter, PeftExport, PeftImport {
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
    public List<ParameterSpec> derived() {
      List<ParameterSpec> begun = new ArrayList<>();
      if (lowRank.start().isPartOfKernel()) {
        for (ParameterSpec kernel : kernels) {
          begun.add(frozen(LowRank.a0(kernel.name()), lowRank.specOfA(kernel)));
          begun.add(frozen(LowRank.b0(kernel.name()), lowRank.specOfB(kernel)));
        }
      }
      return begun;
    }

    private static ParameterSpec frozen(String name, ParameterSpec like) {
      return new ParameterSpec(name, like.shape(), like.role(), like.layer());
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs) {
      Map<String, Operand<TFloat32>> begun = new LinkedHashMap<>();
      for (ParameterSpec kernel : kernels) {
        double s = lowRank.scale(kernel.name());
        Singular of = lowRank.part(tf, base.dense(kernel.name()), kernel.name(), inputs);
        begun.put(LowRank.a0(kernel.name()), of.left(s));
        begun.put(LowRank.b0(kernel.name()), of.right(s));
      }
      return Tensors.of(begun);
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
        switch (lowRank.start()) {
          case DEFAULT -> {
            values.put(a.name(), LowRank.uniform(a.shape(), rng));
            values.put(b.name(), new float[Math.toIntExact(b.shape().size())]);
          }
          case ORTHOGONAL -> {
            values.put(a.name(), LowRank.half(a.shape(), 1, 0, rng));
            values.put(b.name(), LowRank.half(b.shape(), 0, 1, rng));
          }
          case PISSA, MILORA, NULL_SPACE -> {
            values.put(a.name(), base.copy(LowRank.a0(kernel.name())));
            values.put(b.name(), base.copy(LowRank.b0(kernel.name())));
          }
        }
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new LowRankWeights(tf, trainable, base, adapted, lowRank, Optional.empty());
    }

    @Override
    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      return lowRank.dropout() == 0
          ? effective(tf, trainable, base)
          : new LowRankWeights(tf, trainable, base, adapted, lowRank, Optional.of(noise));
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return new MergedWeights(base, all, adapted, name -> lowRank.added(name, trainable, base));
    }

    @Override
    public PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base) {
      PlainForm plain = PlainForm.of(lowRank, adapted, trainable, base);
      return PeftAdapter.of(
          PeftConfig.of(plain.lowRank(), false, adapted, all),
          PeftTensors.exported(PeftTensors.names(adapted, false), plain.trainable(), NO_NORMS));
    }

    @Override
    public WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base) {
      return PeftTensors.imported(
          PeftTensors.names(adapted, false), trainable(), tensors, NO_NORMS);
    }
  }
}
