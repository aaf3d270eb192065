package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.ParameterSpec.Role;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.ndarray.Shape;

/**
 * The change {@code s A B} of each adapted kernel {@code [in, out]}, with {@code A [in, r]} and
 * {@code B [r, out]}.
 *
 * @param rank r
 * @param alpha numerator of the scale
 * @param rslora whether it is divided by the root of the rank
 * @param target kernels whose whole name matches are adapted
 */
record LowRank(int rank, double alpha, boolean rslora, Pattern target) {
  private static final int NAMES_IN_MESSAGE = 8;

  /** s. */
  double scale() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }

  /** The name of the trained matrix A of a kernel. */
  static String a(String kernel) {
    return "lora_A." + kernel;
  }

  /** The name of the trained matrix B of a kernel. */
  static String b(String kernel) {
    return "lora_B." + kernel;
  }

  ParameterSpec specOfA(ParameterSpec kernel) {
    Shape shape = Shape.of(kernel.shape().get(0), rank);
    return new ParameterSpec(a(kernel.name()), shape, Role.ADAPTER, kernel.layer());
  }

  ParameterSpec specOfB(ParameterSpec kernel) {
    Shape shape = Shape.of(rank, kernel.shape().get(1));
    return new ParameterSpec(b(kernel.name()), shape, Role.ADAPTER, kernel.layer());
  }

  /**
   * The kernels to adapt, in the model's order.
   *
   * @throws PalimpsestException if there is none; names some kernels
   */
  List<ParameterSpec> kernels(List<ParameterSpec> base) {
    List<ParameterSpec> matching =
        base.stream().filter(p -> target.matcher(p.name()).matches()).toList();
    List<ParameterSpec> kernels = matching.stream().filter(p -> p.role() == Role.KERNEL).toList();
    if (kernels.isEmpty()) {
      throw new PalimpsestException(
          "setting 'target': \""
              + target
              + "\" matches no kernel"
              + matching.stream()
                  .findFirst()
                  .map(
                      p ->
                          ", only '"
                              + p.name()
                              + "' of role "
                              + p.role().name().toLowerCase(Locale.ROOT)
                              + ", which cannot be adapted")
                  .orElse("")
              + someKernels(base));
    }
    return kernels;
  }

  private static String someKernels(List<ParameterSpec> base) {
    List<String> names =
        base.stream().filter(p -> p.role() == Role.KERNEL).map(ParameterSpec::name).toList();
    int more = names.size() - NAMES_IN_MESSAGE;
    return names.isEmpty()
        ? "; the model has no kernels"
        : "; kernels here: "
            + names.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", "))
            + (more > 0 ? " and " + more + " more" : "");
  }

  /**
   * A at the start: uniform from {@code -1/sqrt(in)} to {@code 1/sqrt(in)}, which is He's uniform
   * initialisation with {@code a = sqrt(5)} as PEFT has it. B starts at 0.
   */
  static float[] uniform(Shape a, RandomGenerator rng) {
    float[] values = new float[Math.toIntExact(a.size())];
    double bound = 1 / Math.sqrt(a.get(0));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * rng.nextDouble() - 1) * bound);
    }
    return values;
  }

  /** {@code W + s A B}, each entry summed in double precision and rounded once. */
  float[] added(String kernel, WeightSnapshot trainable, WeightSnapshot base) {
    float[] w = base.copy(kernel);
    float[] a = trainable.copy(a(kernel));
    float[] b = trainable.copy(b(kernel));
    int out = b.length / rank;
    double[] row = new double[out];
    double s = scale();
    for (int i = 0; i < w.length / out; i++) {
      Arrays.fill(row, 0);
      for (int k = 0; k < rank; k++) {
        double aik = a[i * rank + k];
        for (int j = 0; j < out; j++) {
          row[j] += aik * b[k * out + j];
        }
      }
      for (int j = 0; j < out; j++) {
        int at = i * out + j;
        w[at] = row[j] == 0 ? w[at] : (float) (w[at] + s * row[j]);
      }
    }
    return w;
  }
}
