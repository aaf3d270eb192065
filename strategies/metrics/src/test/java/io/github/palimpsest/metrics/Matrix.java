package io.github.palimpsest.metrics;

import io.github.palimpsest.api.metric.ScoreMatrix;

/** A score matrix written out, with the scores {@code a} of reference models. */
record Matrix(double[][] r, double[] b, boolean higherScoresAreBetter, double[] a)
    implements ScoreMatrix {
  /** Without reference scores. */
  Matrix(double[][] r, double[] b, boolean higherScoresAreBetter) {
    this(r, b, higherScoresAreBetter, new double[0]);
  }

  @Override
  public double reference(int task) {
    return a.length == 0 ? Double.NaN : a[task];
  }

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
    return new Matrix(negated, negated(b), !higherScoresAreBetter, negated(a));
  }

  private static double[] negated(double[] scores) {
    return java.util.Arrays.stream(scores).map(x -> -x).toArray();
  }
}
