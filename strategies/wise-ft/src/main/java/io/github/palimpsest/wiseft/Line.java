package io.github.palimpsest.wiseft;

/** The straight line between two tensors. */
final class Line {
  private Line() {}

  /**
   * {@code (1 - alpha) t0 + alpha t1} in float32. At 0 and 1 it gives the ends bit for bit, and an
   * entry that is equal in both stays as it is.
   */
  static float[] at(double alpha, float[] t0, float[] t1) {
    if (alpha == 0) {
      return t0;
    }
    if (alpha == 1) {
      return t1;
    }
    float a0 = (float) (1 - alpha);
    float a1 = (float) alpha;
    float[] theta = new float[t0.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = t0[i] == t1[i] ? t1[i] : a0 * t0[i] + a1 * t1[i];
    }
    return theta;
  }
}
