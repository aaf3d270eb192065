package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * Spherical interpolation, tensor by tensor: along the arc between two directions in place of its
 * chord, so that a tensor does not shrink on the way,
 *
 * <pre>
 *   theta = (sin((1 - alpha) w) theta0 + sin(alpha w) theta1) / sin w,
 *   cos w = &lt;theta0, theta1&gt; / (|theta0| |theta1|)
 * </pre>
 *
 * <p>Where the angle w is below {@value #PARALLEL} or the two are opposite, or a tensor is zero, it
 * is the straight line, to which the arc tends. alpha 0 and 1 give the end points bit for bit. Sums
 * are in double precision.
 *
 * <p>Shoemake 1985, Animating rotation with quaternion curves. Rules PPW-01 and PPW-03.
 *
 * @param alpha 0 for theta0, 1 for theta1
 * @param from which weights theta0 is
 */
record Slerp(double alpha, From from) implements Merger {
  static final MergerProvider PROVIDER =
      MergerProvider.of(
              "slerp",
              "Weights on the arc between those before and those after training",
              "theta = (sin((1 - alpha) w) theta0 + sin(alpha w) theta1) / sin w, w the angle between a tensor's"
                  + " two values")
          .settings(Merging.ALPHA, Merging.FROM, Merging.WHEN)
          .traits(
              s ->
                  Merging.traits(
                      s,
                      "Shoemake 1985, Animating rotation with quaternion curves (SIGGRAPH)",
                      "Goddard et al. 2024, Arcee's MergeKit (arXiv:2403.13257)"))
          .promisesNot(Promise.INTERPOLATES)
          .creates(s -> new Slerp(s.get(Merging.ALPHA), s.get(Merging.FROM)));

  /** Below this angle arc and chord differ by less than float32 can hold. */
  static final double PARALLEL = 1e-4;

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    return from.ends(history).each(this::between);
  }

  private float[] between(float[] t0, float[] t1) {
    double w = angle(t0, t1);
    if (alpha == 0 || alpha == 1 || w < PARALLEL || Math.PI - w < PARALLEL) {
      return Line.at(alpha, t0, t1);
    }
    double s0 = Math.sin((1 - alpha) * w) / Math.sin(w);
    double s1 = Math.sin(alpha * w) / Math.sin(w);
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) (s0 * t0[i] + s1 * t1[i]);
    }
    return theta;
  }

  /**
   * The angle between two vectors; 0 where one is zero. By the tangent, since the cosine has lost
   * small angles: {@code tan(w/2) = |u - v| / |u + v|} of the unit vectors.
   */
  private static double angle(float[] t0, float[] t1) {
    double n0 = norm(t0);
    double n1 = norm(t1);
    if (n0 == 0 || n1 == 0) {
      return 0;
    }
    double minus = 0;
    double plus = 0;
    for (int i = 0; i < t0.length; i++) {
      double u = t0[i] / n0;
      double v = t1[i] / n1;
      minus += (u - v) * (u - v);
      plus += (u + v) * (u + v);
    }
    return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus));
  }

  private static double norm(float[] t) {
    double square = 0;
    for (float x : t) {
      square += (double) x * x;
    }
    return Math.sqrt(square);
  }
}
