package com.acme.regmean;

/** The normal equations {@code (sum G) W = sum G W_t} of a kernel, solved after Cholesky. */
final class LeastSquares {
  /** A share of the mean diagonal that is added to it: what no input uses becomes the mean. */
  private static final double RIDGE = 1e-6;

  private final int in;
  private final double[][] left;
  private double[][] right = new double[0][0];

  LeastSquares(int in) {
    this.in = in;
    this.left = new double[in][in];
  }

  /**
   * Adds a task.
   *
   * @param moment {@code [in, in]}, row-major
   * @param keep the factor of its entries that are not on the diagonal
   * @param w {@code [in, out]}, row-major
   */
  void add(float[] moment, double keep, float[] w) {
    int out = w.length / in;
    if (right.length == 0) {
      right = new double[in][out];
    }
    double trace = 0;
    for (int i = 0; i < in; i++) {
      trace += moment[i * in + i];
    }
    double ridge = trace == 0 ? 1 : RIDGE * trace / in;
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < in; j++) {
        double g = moment[i * in + j] * (i == j ? 1 : keep) + (i == j ? ridge : 0);
        left[i][j] += g;
        for (int o = 0; o < out; o++) {
          right[i][o] += g * w[j * out + o];
        }
      }
    }
  }

  /** The solution, row-major. */
  float[] solved() {
    double[][] l = new double[in][in];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = left[i][j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    int out = right[0].length;
    float[] w = new float[in * out];
    for (int o = 0; o < out; o++) {
      double[] x = new double[in];
      for (int i = 0; i < in; i++) {
        double sum = right[i][o];
        for (int k = 0; k < i; k++) {
          sum -= l[i][k] * x[k];
        }
        x[i] = sum / l[i][i];
      }
      for (int i = in - 1; i >= 0; i--) {
        double sum = x[i];
        for (int k = i + 1; k < in; k++) {
          sum -= l[k][i] * x[k];
        }
        x[i] = sum / l[i][i];
        w[i * out + o] = (float) x[i];
      }
    }
    return w;
  }
}
