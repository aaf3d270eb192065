package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The directions among a kernel's outputs that intrude: singular vectors of the kernel after
 * training that resemble none of those before.
 *
 * @param intruders unit vectors, one number for each output
 * @param checked the number of directions that were looked at
 * @param energy the intruders' share of the sum of the squares of the singular values looked at
 */
record IntruderDirections(List<double[]> intruders, int checked, double energy) {

  /** Whether a parameter is a kernel. */
  static boolean canHave(ParameterSpec p) {
    return p.role() == Role.KERNEL && p.shape().rank() == 2;
  }

  /**
   * Looks at a kernel {@code [in, out]}.
   *
   * @param t0 before training, row-major
   * @param t1 after it
   * @param out number of outputs
   */
  static IntruderDirections of(float[] t0, float[] t1, int out, int top, double epsilon) {
    if (Arrays.equals(t0, t1)) {
      return new IntruderDirections(List.of(), Math.min(top, Math.min(out, t0.length / out)), 0);
    }
    SingularVectors before = SingularVectors.of(doubles(t0), out);
    SingularVectors after = SingularVectors.of(doubles(t1), out);
    List<double[]> found = new ArrayList<>();
    int checked = 0;
    double all = 0;
    double intruding = 0;
    while (checked < Math.min(top, after.s().length) && after.counts(after.s()[checked])) {
      double square = after.s()[checked] * after.s()[checked];
      double[] u = outward(after, checked++);
      all += square;
      if (similarity(before, u) < epsilon) {
        found.add(u);
        intruding += square;
      }
    }
    return new IntruderDirections(found, checked, all == 0 ? 0 : intruding / all);
  }

  boolean isNone() {
    return intruders.isEmpty();
  }

  /** The kernel without {@code 1 - lambda} of the intruders: {@code W - (1 - lambda) W u u'}. */
  float[] shrunk(float[] kernel, double lambda) {
    int out = intruders.get(0).length;
    float[] shrunk = kernel.clone();
    for (int row = 0; row < kernel.length; row += out) {
      double[] less = new double[out];
      for (double[] u : intruders) {
        double along = 0;
        for (int j = 0; j < out; j++) {
          along += kernel[row + j] * u[j];
        }
        for (int j = 0; j < out; j++) {
          less[j] += (1 - lambda) * along * u[j];
        }
      }
      for (int j = 0; j < out; j++) {
        shrunk[row + j] = (float) (kernel[row + j] - less[j]);
      }
    }
    return shrunk;
  }

  /** The singular vector among the outputs, whichever side is shorter. */
  private static double[] outward(SingularVectors w, int j) {
    if (w.turned()) {
      return w.u()[j];
    }
    double[] u = w.across(w.u()[j]);
    for (int i = 0; i < u.length; i++) {
      u[i] /= w.s()[j];
    }
    return u;
  }

  /** The largest cosine with a direction of the kernel before training. */
  private static double similarity(SingularVectors before, double[] u) {
    double[] along = before.turned() ? u : before.back(u);
    double most = 0;
    for (int i = 0; i < before.s().length; i++) {
      if (before.turned() || before.counts(before.s()[i])) {
        double cosine = Math.abs(Eigenvectors.dot(before.u()[i], along));
        most = Math.max(most, before.turned() ? cosine : cosine / before.s()[i]);
      }
    }
    return most;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
