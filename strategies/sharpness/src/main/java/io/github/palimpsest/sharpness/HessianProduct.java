package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.probe.ProbeSite;

/**
 * The Hessian times a vector by central differences of the gradient: {@code H v = (g(w + h v) - g(w
 * - h v)) / 2h}, with {@code h = c (1 + |w|) / |v|} so that the step suits 32-bit gradients.
 */
record HessianProduct(ProbeSite site, WeightVector w, double norm) {
  /**
   * Below the cube root of the precision of a float, 4e-3, where rounding and the third derivative
   * would weigh the same if both were of size 1: losses bend more than that, and at 2e-3 curvatures
   * of a small classifier came out 0.25 % too large.
   */
  private static final double STEP = 5e-4;

  /** A gradient's worth of forward passes, twice. */
  static final long PASSES = 6;

  static HessianProduct at(ProbeSite site) {
    WeightVector w = WeightVector.of(site.weights());
    return new HessianProduct(site, w, w.norm());
  }

  WeightVector times(WeightVector v) {
    double h = STEP * (1 + norm) / Math.max(v.norm(), Double.MIN_NORMAL);
    WeightVector ahead = WeightVector.of(site.gradient(w.plus(h, v).snapshot()));
    WeightVector behind = WeightVector.of(site.gradient(w.plus(-h, v).snapshot()));
    return ahead.plus(-1, behind).scale(1 / (2 * h));
  }
}
