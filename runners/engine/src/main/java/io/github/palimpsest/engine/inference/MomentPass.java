package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * Second moments of the inputs of kernels: means of {@code x' x} over the rows x that a model
 * multiplies with a kernel, in forward passes on one example each.
 *
 * @param model the model with the kernels
 * @param weights its weights
 * @param device the device to run on
 */
public record MomentPass(Model model, WeightSnapshot weights, Device device) {
  /** The number of inputs of a kernel, in the outputs of a pass. */
  private static final String NUMBERS = "numbers of ";

  /** The moment of a kernel over the first examples. */
  record Wanted(String kernel, int maxExamples) {
    Wanted {
      if (maxExamples < 1) {
        throw new IllegalArgumentException("maxExamples=" + maxExamples + " must be at least 1");
      }
    }
  }

  /** The number of inputs of a kernel of a model. */
  static long inputs(Model model, String kernel) {
    return model.parameters().stream()
        .filter(p -> p.name().equals(kernel))
        .map(ParameterSpec::shape)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kernel '" + kernel + "'"))
        .get(0);
  }

  /**
   * The moments of kernels, by their names.
   *
   * @param maxExamples at most this number of the examples, at least 1
   */
  public WeightSnapshot of(Set<String> kernels, int maxExamples, List<Example> examples) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    for (String kernel : kernels) {
      long in = inputs(model, kernel);
      shapes.put(kernel, Shape.of(in, in));
    }
    TreeMap<String, float[]> values = new TreeMap<>();
    of(kernels.stream().map(k -> new Wanted(k, maxExamples)).collect(Collectors.toSet()), examples)
        .forEach((w, moment) -> values.put(w.kernel(), moment));
    return WeightSnapshot.computed(shapes, values::get);
  }

  /** All wanted moments, in the row-major order of {@code [in, in]}. */
  Map<Wanted, float[]> of(Set<Wanted> wanted, List<Example> examples) {
    Map<Wanted, float[]> means = new LinkedHashMap<>();
    if (wanted.isEmpty()) {
      return means;
    }
    List<String> kernels = wanted.stream().map(Wanted::kernel).distinct().sorted().toList();
    int most =
        Math.min(examples.size(), wanted.stream().mapToInt(Wanted::maxExamples).max().orElse(0));
    Map<Wanted, double[]> sums = new LinkedHashMap<>();
    Map<Wanted, long[]> numbers = new LinkedHashMap<>();
    try (Inference inference = new Inference(model.parameters(), weights, device)) {
      Inference.Call pass =
          inference.program(model.inputs(), (tf, at, in) -> build(tf, at, in, kernels));
      inference.requireRoom(model, examples.subList(0, most));
      for (int i = 0; i < most; i++) {
        Map<String, HostArray> out = pass.run(model.batch(List.of(examples.get(i))));
        for (Wanted w : wanted) {
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
    sums.forEach(
        (w, sum) -> {
          double rows = (double) numbers.get(w)[0] / inputs(model, w.kernel());
          float[] mean = new float[sum.length];
          for (int k = 0; k < sum.length; k++) {
            mean[k] = (float) (sum[k] / rows);
          }
          means.put(w, mean);
        });
    return means;
  }

  private Map<String, Operand<?>> build(
      Ops ops, Weights at, Function<InputSpec, Operand<?>> inputs, List<String> kernels) {
    Seen seen = new Seen(at, new TreeMap<>());
    model.forward(ops, seen, FedBatch.of(model, inputs));
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    for (String kernel : kernels) {
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

  /** Records the inputs of each kernel. */
  private record Seen(Weights weights, Map<String, List<Operand<TFloat32>>> inputs)
      implements ForwardingWeights {
    @Override
    public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
      inputs.computeIfAbsent(kernel, k -> new ArrayList<>()).add(x);
      return weights.matMul(x, kernel);
    }
  }
}
