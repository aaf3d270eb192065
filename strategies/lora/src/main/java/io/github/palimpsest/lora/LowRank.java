package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The change {@code s (A B - A0 B0)} of each adapted kernel {@code [in, out]}, with {@code A [in,
 * r]} and {@code B [r, out]}. If these start as singular vectors of the kernel, A0 and B0 are their
 * initial values, which are subtracted; otherwise there is no A0 B0.
 *
 * @param ranks r of each kernel
 * @param alphas numerator of the scale of each kernel
 * @param rslora whether it is divided by the root of the rank
 * @param target kernels whose whole name matches are adapted
 * @param start A and B at the start
 * @param corpusExamples number of corpus examples that sample a kernel's inputs; used by one start
 * @param dropout probability that an input of A is dropped while training
 */
record LowRank(
    PerModule ranks,
    PerModule alphas,
    boolean rslora,
    Pattern target,
    Start start,
    int corpusExamples,
    double dropout) {
  private static final int NAMES_IN_MESSAGE = 8;

  /** r of a kernel. */
  int rank(String kernel) {
    return (int) ranks.of(kernel);
  }

  /** s of a kernel. */
  double scale(String kernel) {
    int rank = rank(kernel);
    return alphas.of(kernel) / (rslora ? Math.sqrt(rank) : rank);
  }

  /** The name of the trained matrix A of a kernel. */
  static String a(String kernel) {
    return "lora_A." + kernel;
  }

  /** The name of the trained matrix B of a kernel. */
  static String b(String kernel) {
    return "lora_B." + kernel;
  }

  /** The name of the initial value of A of a kernel, if it is subtracted. */
  static String a0(String kernel) {
    return "lora_A0." + kernel;
  }

  /** The name of the initial value of B of a kernel, if it is subtracted. */
  static String b0(String kernel) {
    return "lora_B0." + kernel;
  }

  ParameterSpec specOfA(ParameterSpec kernel) {
    Shape shape = Shape.of(kernel.shape().get(0), rank(kernel.name()));
    return new ParameterSpec(a(kernel.name()), shape, Role.ADAPTER, kernel.layer());
  }

  ParameterSpec specOfB(ParameterSpec kernel) {
    Shape shape = Shape.of(rank(kernel.name()), kernel.shape().get(1));
    return new ParameterSpec(b(kernel.name()), shape, Role.ADAPTER, kernel.layer());
  }

  /**
   * The kernels to adapt, in the model's order.
   *
   * @throws PalimpsestException if there is none, names some kernels; or if a pattern of ranks or
   *     alphas matches none of them
   */
  List<ParameterSpec> kernels(List<ParameterSpec> base) {
    List<ParameterSpec> kernels = kernels(target, base);
    List<String> names = kernels.stream().map(ParameterSpec::name).toList();
    ranks.requireMatches(LowRankSettings.RANK_PATTERN.key(), names);
    alphas.requireMatches(LowRankSettings.ALPHA_PATTERN.key(), names);
    kernels.forEach(kernel -> start.check(kernel, this));
    return kernels;
  }

  /** The kernels that a pattern selects, in the model's order; not empty. */
  static List<ParameterSpec> kernels(Pattern target, List<ParameterSpec> base) {
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
   * The part of a kernel that A and B start as.
   *
   * @param w the kernel
   */
  Singular part(Ops tf, Operand<TFloat32> w, String kernel, KernelInputs inputs) {
    return switch (start) {
      case PISSA -> Singular.largest(tf, w, rank(kernel));
      case MILORA -> Singular.smallest(tf, w, rank(kernel));
      case NULL_SPACE ->
          Singular.unused(tf, w, inputs.secondMoment(kernel, corpusExamples), rank(kernel));
      case DEFAULT, ORTHOGONAL -> throw new IllegalStateException(start + " is not a part of W");
    };
  }

  /**
   * A at the start: uniform from {@code -1/sqrt(in)} to {@code 1/sqrt(in)}, which is He's uniform
   * initialisation with {@code a = sqrt(5)}, as in PEFT. B starts at 0.
   */
  static float[] uniform(Shape a, RandomGenerator rng) {
    float[] values = new float[Math.toIntExact(a.size())];
    double bound = 1 / Math.sqrt(a.get(0));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * rng.nextDouble() - 1) * bound);
    }
    return values;
  }

  /**
   * Gaussian numbers of deviation 0.1, as in PEFT, in every second place along an axis; 0 in the
   * others.
   *
   * @param axis that counts the places
   * @param first 0 or 1, the first place with numbers
   */
  static float[] half(Shape shape, int axis, int first, RandomGenerator rng) {
    float[] values = new float[Math.toIntExact(shape.size())];
    int columns = Math.toIntExact(shape.get(1));
    for (int i = 0; i < values.length; i++) {
      int place = axis == 0 ? i / columns : i % columns;
      values[i] = place % 2 == first ? (float) (0.1 * rng.nextGaussian()) : 0;
    }
    return values;
  }

  /** {@code W + s (A B - A0 B0)}, each entry summed in double precision and rounded once. */
  float[] added(String kernel, WeightSnapshot trainable, WeightSnapshot base) {
    float[] w = base.copy(kernel);
    int rank = rank(kernel);
    double[] change = product(rank, trainable.copy(a(kernel)), trainable.copy(b(kernel)));
    if (start.isPartOfKernel()) {
      double[] begun = product(rank, base.copy(a0(kernel)), base.copy(b0(kernel)));
      for (int i = 0; i < change.length; i++) {
        change[i] -= begun[i];
      }
    }
    double s = scale(kernel);
    for (int i = 0; i < w.length; i++) {
      w[i] = change[i] == 0 ? w[i] : (float) (w[i] + s * change[i]);
    }
    return w;
  }

  private static double[] product(int rank, float[] a, float[] b) {
    int out = b.length / rank;
    double[] ab = new double[a.length / rank * out];
    for (int i = 0; i < a.length; i++) {
      double aik = a[i];
      int row = i / rank * out;
      int k = i % rank * out;
      for (int j = 0; j < out; j++) {
        ab[row + j] += aik * b[k + j];
      }
    }
    return ab;
  }
}
