package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * CLoRA's subspace regularization (Lu, Qian, Yuan, Jiang and Wang 2025, arXiv:2410.16801): the
 * change {@code A B} of each kernel shall neither read nor write k fixed random directions, so that
 * it leaves more of the model's outputs as they were,
 *
 * <pre>
 *   penalty = lambda/2 * sum over kernels of |P_A^T A|^2 + |B P_B|^2,
 *   A [in, r],  B [r, out],  P_A [in, k] and P_B [out, k] with orthonormal columns
 * </pre>
 *
 * <p>P_A and P_B are drawn once from the run's seed, and are the same for all tasks. Of a side with
 * at most k dimensions all are penalised, which is {@code |A|^2} or {@code |B|^2}, as in the
 * authors' code; k there has no default, and is 512 in their example. The term is of A and B
 * themselves, also where these start as a part of the kernel (a start such as {@code init=pissa}).
 */
record ControlledLora(double lambda, int k) implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Integer> K =
      Setting.integer(
          "k",
          64,
          1,
          65536,
          "number of directions of a kernel's inputs, and of its outputs, that the adapter should"
              + " not use; all, if there are no more. They take k/rank times the memory of the adapter");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "clora",
              "Controlled LoRA: the adapter keeps away from fixed random directions",
              "lambda/2 * sum over kernels of |P_A^T A|^2 + |B P_B|^2;"
                  + " P_A, P_B random with k orthonormal columns, the same for all tasks")
          .settings(LAMBDA, K)
          .traits(
              Traits.of(
                      Onset.FIRST_TASK,
                      Cost.NONE,
                      "Lu, Qian, Yuan, Jiang and Wang 2025, Controlled low-rank adaptation with subspace"
                          + " regularization for continued training on large language models, arXiv:2410.16801")
                  .requiring("lora"))
          // it pulls to directions, not to earlier weights
          .promisesNot(Promise.ZERO_AT_ANCHOR, Promise.HALF_SQUARE, Promise.COUNTS_ALL_TASKS)
          .creates(s -> new ControlledLora(s.get(LAMBDA), s.get(K)));

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    List<ParameterSpec> factors = factors(site.trainable()).toList();
    if (factors.isEmpty()) {
      throw new PalimpsestException("'clora' finds no matrices A and B of 'lora' to control");
    }
    Ops tf = site.tf();
    return lambda == 0
        ? point -> tf.constant(0f)
        : point -> {
          Tensors used = used(site, factors, point);
          return tf.math.mul(tf.constant((float) (lambda / 2)), used.dot(tf, used));
        };
  }

  @Override
  public List<Shape> drawn(List<ParameterSpec> trainable) {
    return lambda == 0
        ? List.of()
        : factors(trainable).filter(f -> side(f) > k).map(f -> Shape.of(k, side(f))).toList();
  }

  private static Stream<ParameterSpec> factors(List<ParameterSpec> trainable) {
    return trainable.stream().filter(p -> isA(p) || p.name().startsWith(LowRank.b("")));
  }

  private static boolean isA(ParameterSpec factor) {
    return factor.name().startsWith(LowRank.a(""));
  }

  /** The dimensions of the kernel's inputs, or of its outputs. */
  private static int side(ParameterSpec factor) {
    return Math.toIntExact(factor.shape().get(isA(factor) ? 0 : 1));
  }

  /** What A and B have of the directions. */
  private Tensors used(RegularizerSite site, List<ParameterSpec> factors, LossPoint point) {
    Map<String, Operand<TFloat32>> parts = new HashMap<>();
    for (ParameterSpec spec : factors) {
      Operand<TFloat32> factor = point.at().tensors().get(spec.name());
      parts.put(spec.name(), side(spec) <= k ? factor : along(site, spec, factor));
    }
    return Tensors.of(parts);
  }

  /** {@code P^T A} or {@code B P}. */
  private Operand<TFloat32> along(
      RegularizerSite site, ParameterSpec spec, Operand<TFloat32> factor) {
    int n = side(spec);
    Operand<TFloat32> p =
        site.drawn("clora/" + spec.name(), Shape.of(k, n), rng -> orthonormalRows(k, n, rng));
    return isA(spec)
        ? site.tf().linalg.matMul(p, factor)
        : site.tf().linalg.matMul(factor, p, MatMul.transposeB(true));
  }

  /**
   * {@code P^T}: Gaussian rows, each without its part along those before it, and of length 1. Every
   * set of k directions is then equally likely.
   */
  static float[] orthonormalRows(int k, int n, RandomGenerator rng) {
    double[][] rows = new double[k][n];
    float[] all = new float[Math.multiplyExact(k, n)];
    for (int i = 0; i < k; i++) {
      double[] row = rows[i];
      for (int j = 0; j < n; j++) {
        row[j] = rng.nextGaussian();
      }
      for (int before = 0; before < i; before++) {
        add(row, -dot(row, rows[before]), rows[before]);
      }
      double length = Math.sqrt(dot(row, row));
      for (int j = 0; j < n; j++) {
        row[j] /= length;
        all[i * n + j] = (float) row[j];
      }
    }
    return all;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }

  private static void add(double[] x, double by, double[] y) {
    for (int j = 0; j < x.length; j++) {
      x[j] += by * y[j];
    }
  }
}
