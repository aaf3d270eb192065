package com.acme.gpm;

import java.util.ArrayList;
import java.util.List;

/**
 * Orthonormal directions of the inputs of a kernel.
 *
 * @param in the number of inputs
 * @param vectors the directions, each of this length
 */
record Basis(int in, List<double[]> vectors) {
  private static final int SWEEPS = 60;

  static Basis empty(int in) {
    return new Basis(in, List.of());
  }

  /** From the columns of {@code [in, k]}, row-major. */
  static Basis read(int in, float[] columns) {
    int k = columns.length / in;
    List<double[]> vectors = new ArrayList<>();
    for (int c = 0; c < k; c++) {
      double[] v = new double[in];
      for (int i = 0; i < in; i++) {
        v[i] = columns[i * k + c];
      }
      vectors.add(v);
    }
    return new Basis(in, vectors);
  }

  int size() {
    return vectors.size();
  }

  /** The directions as columns of {@code [in, k]}, row-major. */
  float[] columns() {
    float[] columns = new float[in * size()];
    for (int c = 0; c < size(); c++) {
      for (int i = 0; i < in; i++) {
        columns[i * size() + c] = (float) vectors.get(c)[i];
      }
    }
    return columns;
  }

  /**
   * These directions, and the fewest more with which they hold a share of the trace of a second
   * moment.
   *
   * @param moment {@code [in, in]}, row-major
   * @param share from 0 to 1
   */
  Basis grown(float[] moment, double share) {
    double[][] g = new double[in][in];
    double total = 0;
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < in; j++) {
        g[i][j] = moment[i * in + j];
      }
      total += g[i][i];
    }
    double kept = 0;
    for (double[] v : vectors) {
      kept += takeOut(g, v);
    }
    List<double[]> more = new ArrayList<>(vectors);
    double[][] directions = identity(in);
    diagonalise(g, directions);
    boolean[] used = new boolean[in];
    while (kept < share * total && more.size() < in) {
      int best = -1;
      for (int i = 0; i < in; i++) {
        if (!used[i] && (best < 0 || g[i][i] > g[best][best])) {
          best = i;
        }
      }
      if (g[best][best] <= 1e-7 * total) { // rounding
        break;
      }
      used[best] = true;
      kept += g[best][best];
      more.add(directions[best]);
    }
    return new Basis(in, more);
  }

  /** {@code G <- (I - v v') G (I - v v')}; returns {@code v' G v}. */
  private static double takeOut(double[][] g, double[] v) {
    int n = v.length;
    double[] gv = new double[n];
    double along = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        gv[i] += g[i][j] * v[j];
      }
      along += v[i] * gv[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        g[i][j] += along * v[i] * v[j] - v[i] * gv[j] - gv[i] * v[j];
      }
    }
    return along;
  }

  private static double[][] identity(int n) {
    double[][] one = new double[n][n];
    for (int i = 0; i < n; i++) {
      one[i][i] = 1;
    }
    return one;
  }

  /** Jacobi's rotations: g becomes diagonal, row i of v the eigenvector of g[i][i]. */
  private static void diagonalise(double[][] g, double[][] v) {
    int n = g.length;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double aside = 0;
      double size = 0;
      for (int p = 0; p < n; p++) {
        size += g[p][p] * g[p][p];
        for (int q = p + 1; q < n; q++) {
          aside += g[p][q] * g[p][q];
        }
      }
      if (aside <= 1e-28 * size) {
        return;
      }
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (g[p][q] != 0) {
            rotate(g, v, p, q);
          }
        }
      }
    }
  }

  private static void rotate(double[][] g, double[][] v, int p, int q) {
    double theta = (g[q][q] - g[p][p]) / (2 * g[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    for (int i = 0; i < g.length; i++) {
      double x = g[i][p];
      double y = g[i][q];
      g[i][p] = c * x - s * y;
      g[i][q] = s * x + c * y;
    }
    turn(g[p], g[q], c, s);
    turn(v[p], v[q], c, s);
  }

  private static void turn(double[] x, double[] y, double c, double s) {
    for (int i = 0; i < x.length; i++) {
      double a = x[i];
      double b = y[i];
      x[i] = c * a - s * b;
      y[i] = s * a + c * b;
    }
  }
}
