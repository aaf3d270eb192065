package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Removes what is noise in the change of each matrix, by the optimal hard threshold for singular
 * values:
 *
 * <pre>
 *   theta1 - theta0 = U diag(s) V'
 *   theta = theta0 + sum of s_j u_j v_j' over s_j &gt; omega(b) / sqrt(mu(b)) median(s),  b = short / long side
 *   omega(b)^2 = 2 (b + 1) + 8 b / (b + 1 + sqrt(b^2 + 14 b + 1))
 * </pre>
 *
 * <p>mu(b) is the median of the Marchenko-Pastur distribution. The factor of the median is 2.858
 * for a square matrix. Vectors and tensors of fewer than {@value #LEAST} entries stay as training
 * left them, and so does a table of embeddings most of whose rows training did not reach. Another
 * matrix whose median singular value is 0 has no noise to measure and is refused: that is the
 * change of an adapter of low rank.
 *
 * <p>arXiv:2605.20296, by its published code; the threshold is that of Gavish and Donoho 2014,
 * arXiv:1305.5870. Rules PPW-01 and PPW-03.
 *
 * @param from the origin of theta0
 */
record DgHard(From from) implements Merger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "dg-hard",
              "Keeps of each matrix's change the singular directions that stand out of the noise",
              "theta1 - theta0 = U diag(s) V'; keeps s > omega(b) / sqrt(mu(b)) median(s), b = short /"
                  + " long side; the factor is 2.858 at b = 1")
          .settings(Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                          s,
                          "dg-hard: denoising of weight changes by a hard threshold (arXiv:2605.20296)",
                          "Gavish and Donoho 2014, The optimal hard threshold for singular values is 4/sqrt(3)"
                              + " (arXiv:1305.5870)")
                      .conflictingWith("lora", "oplora"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new DgHard(s.get(Merging.FROM)));

  static final int LEAST = 1024;

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    Map<String, Role> roles =
        history.site().parameters().stream()
            .collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::role));
    Ends ends = from.ends(history);
    Function<String, Shape> shape = ends.shapes()::get;
    return ends.each((name, t0, t1) -> denoised(name, shape.apply(name), roles.get(name), t0, t1));
  }

  private static float[] denoised(String name, Shape shape, Role role, float[] t0, float[] t1) {
    double[] change = new double[t0.length];
    double most = 0;
    for (int i = 0; i < change.length; i++) {
      change[i] = (double) t1[i] - t0[i];
      most = Math.max(most, Math.abs(change[i]));
    }
    if (shape.rank() != 2 || change.length < LEAST || most == 0) {
      return t1;
    }
    SingularVectors d = SingularVectors.of(change, Math.toIntExact(shape.get(1)));
    if (!d.counts(d.median())) {
      if (role == Role.EMBEDDING) {
        return t1;
      }
      throw new PalimpsestException(
          "dg-hard: the median singular value of the change of '"
              + name
              + "' is 0, so it has no noise that can be measured: train all of the matrix, not an"
              + " adapter of low rank");
    }
    double b = (double) d.rows().length / d.rows()[0].length;
    double limit = factor(b) * d.median();
    int kept = 0;
    while (kept < d.s().length && d.s()[kept] > limit) {
      kept++;
    }
    if (kept == d.s().length) {
      return t1;
    }
    double[] signal = d.first(kept);
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) (t0[i] + signal[i]);
    }
    return theta;
  }

  /** {@code omega(b) / sqrt(mu(b))}. */
  static double factor(double b) {
    double omega = Math.sqrt(2 * (b + 1) + 8 * b / (b + 1 + Math.sqrt(b * b + 14 * b + 1)));
    return omega / Math.sqrt(median(b));
  }

  /**
   * The median of the Marchenko-Pastur distribution on {@code 1 + b -+ 2 sqrt(b)}. With {@code x =
   * 1 + b - 2 sqrt(b) cos(t)} its density has no root: {@code 2 sin(t)^2 / (pi x)}.
   */
  private static double median(double b) {
    double low = 0;
    double high = Math.PI;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (mass(b, middle) < 0.5) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return at(b, low);
  }

  private static double at(double b, double t) {
    return 1 + b - 2 * Math.sqrt(b) * Math.cos(t);
  }

  /** Simpson's rule from 0 to t. */
  private static double mass(double b, double t) {
    int steps = 2000;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double x = t * i / steps;
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * density(b, x);
    }
    return sum * t / steps / 3;
  }

  private static double density(double b, double t) {
    // at b = 1 and t = 0 it is 0 / 0; its limit there is 2 / pi
    double x = at(b, t);
    return x < 1e-12 ? (b == 1 ? 2 / Math.PI : 0) : 2 * Math.sin(t) * Math.sin(t) / (Math.PI * x);
  }
}
