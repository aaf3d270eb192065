package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.ForwardingWeights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * Second moments of what kernels are given, as inputs of the graph that asks for them. They are
 * computed once it is known which are wanted, in forward passes on one example each.
 */
final class InputMoments implements KernelInputs {
  /** How many numbers a kernel was given, in the outputs of a pass. */
  private static final String NUMBERS = "numbers of ";

  private final Ops tf;
  private final Model model;
  private final List<Example> corpus;
  private final Map<Wanted, Placeholder<TFloat32>> wanted = new LinkedHashMap<>();

  /** What was asked for. */
  private record Wanted(String kernel, int maxExamples) {}

  /**
   * @param tf where they are asked for
   * @param model whose kernels
   * @param corpus what the model sees
   */
  InputMoments(Ops tf, Model model, List<Example> corpus) {
    this.tf = tf;
    this.model = model;
    this.corpus = corpus;
  }

  @Override
  public Operand<TFloat32> secondMoment(String kernel, int maxExamples) {
    if (maxExamples < 1) {
      throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
    }
    if (corpus.isEmpty()) {
      throw new PalimpsestException(
          "the inputs of kernel '"
              + kernel
              + "' are those on a corpus, and the run has none (rule corpus)");
    }
    long in =
        model.parameters().stream()
            .filter(p -> p.name().equals(kernel))
            .map(ParameterSpec::shape)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no kernel '" + kernel + "'"))
            .get(0);
    return wanted.computeIfAbsent(
        new Wanted(kernel, maxExamples),
        w -> tf.placeholder(TFloat32.class, Placeholder.shape(Shapes.of(Shape.of(in, in)))));
  }

  /** Values for all that was asked for. */
  Map<Placeholder<TFloat32>, HostArray> values(WeightSnapshot base) {
    Map<Placeholder<TFloat32>, HostArray> values = new LinkedHashMap<>();
    if (wanted.isEmpty()) {
      return values;
    }
    int most =
        Math.min(
            corpus.size(), wanted.keySet().stream().mapToInt(Wanted::maxExamples).max().orElse(0));
    Map<Wanted, double[]> sums = new LinkedHashMap<>();
    Map<Wanted, long[]> numbers = new LinkedHashMap<>();
    try (Inference inference = new Inference(model.parameters(), base, Device.CPU)) {
      Inference.Call pass = inference.program(model.inputs(), this::build);
      for (int i = 0; i < most; i++) {
        Map<String, HostArray> out = pass.run(model.batch(List.of(corpus.get(i))));
        for (Wanted w : wanted.keySet()) {
          if (i < w.maxExamples()) {
            float[] moment = ((HostArray.Floats) out.get(w.kernel())).toArray();
            double[] sum = sums.computeIfAbsent(w, k -> new double[moment.length]);
            for (int k = 0; k < sum.length; k++) {
              sum[k] += moment[k];
            }
            numbers.computeIfAbsent(w, k -> new long[1])[0] +=
                ((HostArray.Ints) out.get(NUMBERS + w.kernel())).values().get(0);
          }
        }
      }
    }
    wanted.forEach(
        (w, placeholder) -> {
          double[] sum = sums.get(w);
          int in = Math.toIntExact(placeholder.shape().get(0));
          double rows = (double) numbers.get(w)[0] / in;
          float[] mean = new float[sum.length];
          for (int k = 0; k < sum.length; k++) {
            mean[k] = (float) (sum[k] / rows);
          }
          values.put(placeholder, new HostArray.Floats(mean, in, in));
        });
    return values;
  }

  private Map<String, Operand<?>> build(
      Ops ops, Weights at, Function<InputSpec, Operand<?>> inputs) {
    Seen seen = new Seen(at, new TreeMap<>());
    model.forward(ops, seen, FedBatch.of(model, inputs));
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    for (String kernel : wanted.keySet().stream().map(Wanted::kernel).distinct().toList()) {
      List<Operand<TFloat32>> uses = seen.inputs().getOrDefault(kernel, List.of());
      if (uses.isEmpty()) {
        throw new PalimpsestException("the model multiplies nothing with kernel '" + kernel + "'");
      }
      Operand<TFloat32> rows =
          uses.size() == 1 ? uses.get(0) : ops.concat(uses, ops.constant(0)); // [rows, in]
      outputs.put(kernel, ops.linalg.matMul(rows, rows, MatMul.transposeA(true)));
      outputs.put(NUMBERS + kernel, ops.size(rows));
    }
    return outputs;
  }

  /** Notes what is multiplied with each kernel. */
  private record Seen(Weights weights, Map<String, List<Operand<TFloat32>>> inputs)
      implements ForwardingWeights {
    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      inputs.computeIfAbsent(kernel, k -> new ArrayList<>()).add(x);
      return weights.matMul(x, kernel);
    }
  }
}
