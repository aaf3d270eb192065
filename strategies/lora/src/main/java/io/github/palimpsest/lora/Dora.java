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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.op.Ops;

/**
 * Weight-decomposed low-rank adaptation (Liu et al. 2024, arXiv:2402.09353) of kernels {@code W
 * [in, out]}:
 *
 * <pre>
 *   V = W + s A B,    W' = (|W| + d) V / |V|,    x W' = (x W + s (x A) B) (|W| + d) / |V|
 * </pre>
 *
 * <p>{@code |.|} is the Euclidean norm of each column, one number for each output, and is held
 * constant in the gradient, as section 4.3 of the paper proposes and PEFT does. The magnitude
 * {@code m = |W| + d} is trained through its distance {@code d [out]} from the start: it has the
 * same gradient, and {@code d = 0} makes {@code W'} equal {@code W} exactly (PAR-01). A column of
 * zeros stays zero until {@code A B} moves it. Weight decay acts on d, so it pulls the magnitude to
 * {@code |W|}, and in PEFT to 0; ASAM scales its ascent by d. Rules PAR-01 to PAR-05.
 */
record Dora(LowRank lowRank, Pattern full, boolean mergesAfterTask) implements Adapter {

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "dora",
              "Weight-decomposed low-rank adaptation: a low-rank direction and a trained magnitude",
              "V = W + s A B; W' = (|W| + d) V / |V|, column by column; s as in lora; |V| held constant"
                  + " in the gradient")
          .settings(LowRankSettings.ALL)
          .traits(
              s ->
                  LowRankSettings.traits(
                      s,
                      "Liu et al. 2024, DoRA: Weight-decomposed low-rank adaptation, arXiv:2402.09353"))
          .usesCorpus(s -> s.get(LowRankSettings.INIT) == Start.NULL_SPACE)
          .with(PeftReader.class, config -> PeftConfig.recipe("dora", true, config))
          .creates(
              s ->
                  new Dora(
                      LowRankSettings.lowRank(s),
                      s.get(LowRankSettings.FULL),
                      s.get(LowRankSettings.MERGE_AFTER_TASK)));

  static final String PREFIX = "lora_magnitude.";

  /** The name of the trained vector d of a kernel. */
  static String d(String kernel) {
    return PREFIX + kernel;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    BoundAdapter direction = new Lora(lowRank, mergesAfterTask).bind(base);
    Bound bound =
        new Bound(
            lowRank,
            base,
            direction,
            lowRank.kernels(base).stream()
                .collect(
                    Collectors.toMap(
                        ParameterSpec::name, Function.identity(), (k, same) -> k, TreeMap::new)));
    return TrainedInFull.next(bound, base, bound.kernels().keySet(), full);
  }

  private record Bound(
      LowRank lowRank,
      List<ParameterSpec> all,
      BoundAdapter direction,
      Map<String, ParameterSpec> kernels)
      implements BoundAdapter, PeftExport, PeftImport {
    @Override
    public List<ParameterSpec> trainable() {
      List<ParameterSpec> trained = new ArrayList<>(direction.trainable());
      kernels.values().forEach(kernel -> trained.add(magnitude(kernel)));
      return trained;
    }

    private static ParameterSpec magnitude(ParameterSpec kernel) {
      return new ParameterSpec(
          d(kernel.name()),
          Shape.of(kernel.shape().get(1)),
          ParameterSpec.Role.ADAPTER,
          kernel.layer());
    }

    @Override
    public List<ParameterSpec> derived() {
      return direction.derived();
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs) {
      return direction.derive(tf, base, inputs);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      WeightSnapshot ab = direction.initial(base, rng);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      TreeMap<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        shapes.put(p.name(), p.shape());
        values.put(
            p.name(),
            ab.names().contains(p.name())
                ? ab.copy(p.name())
                : new float[Math.toIntExact(p.shape().size())]);
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new DecomposedWeights(
          tf, trainable, base, direction.effective(tf, trainable, base), kernels.keySet());
    }

    @Override
    public Weights training(Ops tf, Params trainable, Weights base, StepNoise noise) {
      Weights v = direction.training(tf, trainable, base, noise);
      return new DecomposedWeights(tf, trainable, base, v, kernels.keySet());
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return new MergedWeights(base, all, kernels.keySet(), name -> merged(name, trainable, base));
    }

    @Override
    public PeftAdapter toPeft(WeightSnapshot trainable, WeightSnapshot base) {
      PlainForm plain = PlainForm.of(lowRank, kernels.keySet(), trainable, base);
      return PeftAdapter.of(
          PeftConfig.of(plain.lowRank(), true, kernels.keySet(), all),
          PeftTensors.exported(
              PeftTensors.names(kernels.keySet(), true), plain.trainable(), norms(base)));
    }

    @Override
    public WeightSnapshot fromPeft(WeightSnapshot tensors, WeightSnapshot base) {
      return PeftTensors.imported(
          PeftTensors.names(kernels.keySet(), true), trainable(), tensors, norms(base));
    }

    /** {@code |W|} of the kernel that a trained vector belongs to. */
    private static Function<String, double[]> norms(WeightSnapshot base) {
      return name -> {
        String kernel = name.substring(PREFIX.length());
        return columnNorms(base.copy(kernel), Math.toIntExact(base.shape(kernel).get(1)));
      };
    }

    private float[] merged(String kernel, WeightSnapshot trainable, WeightSnapshot base) {
      float[] v = lowRank.added(kernel, trainable, base);
      float[] d = trainable.copy(d(kernel));
      double[] w0 = columnNorms(base.copy(kernel), d.length);
      double[] v0 = columnNorms(v, d.length);
      for (int i = 0; i < v.length; i++) {
        int j = i % d.length;
        v[i] = v0[j] == 0 ? 0 : (float) (v[i] * ((w0[j] + d[j]) / v0[j]));
      }
      return v;
    }

    private static double[] columnNorms(float[] kernel, int out) {
      double[] squares = new double[out];
      for (int i = 0; i < kernel.length; i++) {
        squares[i % out] += (double) kernel[i] * kernel[i];
      }
      for (int j = 0; j < out; j++) {
        squares[j] = Math.sqrt(squares[j]);
      }
      return squares;
    }
  }
}
