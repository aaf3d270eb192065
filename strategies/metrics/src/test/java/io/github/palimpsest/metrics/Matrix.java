package io.github.palimpsest.metrics;

import io.github.palimpsest.api.metric.ScoreMatrix;

/** A score matrix written out. */
record Matrix(double[][] r, double[] b, boolean higherScoresAreBetter) implements ScoreMatrix {
  @Override
  public int tasks() {
    return r.length;
  }

  @Override
  public double before(int task) {
    return b[task];
  }

  @Override
  public double after(int trained, int evaluated) {
    return r[trained][evaluated];
  }

  @Override
  public double[] perExample(int trained, int evaluated) {
    return new double[0];
  }

  /** The same measured the other way round: every score times -1, lower is better. */
  Matrix negated() {
    double[][] negated = new double[r.length][];
    for (int t = 0; t < r.length; t++) {
      negated[t] = negated(r[t]);
    }
    return new Matrix(negated, negated(b), !higherScoresAreBetter);
  }

  private static double[] negated(double[] scores) {
    return java.util.Arrays.stream(scores).map(x -> -x).toArray();
  }
}
