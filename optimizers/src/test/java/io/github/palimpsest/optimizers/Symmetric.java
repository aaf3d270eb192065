package io.github.palimpsest.optimizers;

import java.util.Arrays;

/** Matrices in double precision, row by row, and the eigenvectors of symmetric ones by Jacobi. */
final class Symmetric {
  /** Sweeps after which nothing is left off the diagonal. */
  private static final int SWEEPS = 60;

  /** Eigenvalues, the largest first. */
  final double[] values;

  /** Eigenvectors: column k belongs to value k, and its largest element is positive. */
  final double[][] vectors;

  private Symmetric(double[] values, double[][] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  static Symmetric of(double[][] symmetric) {
    int n = symmetric.length;
    double[][] a = copy(symmetric);
    double[][] v = identity(n);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    return sorted(a, v);
  }

  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double angle = 0.5 * Math.atan2(2 * a[p][q], a[p][p] - a[q][q]);
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    for (double[] row : a) {
      double x = row[p];
      row[p] = c * x + s * row[q];
      row[q] = c * row[q] - s * x;
    }
    for (int i = 0; i < a.length; i++) {
      double x = a[p][i];
      a[p][i] = c * x + s * a[q][i];
      a[q][i] = c * a[q][i] - s * x;
    }
    for (double[] row : v) {
      double x = row[p];
      row[p] = c * x + s * row[q];
      row[q] = c * row[q] - s * x;
    }
  }

  private static Symmetric sorted(double[][] a, double[][] v) {
    int n = a.length;
    Integer[] order = new Integer[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    Arrays.sort(order, (i, j) -> Double.compare(a[j][j], a[i][i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int k = 0; k < n; k++) {
      int from = order[k];
      values[k] = a[from][from];
      double largest = 0;
      for (int i = 0; i < n; i++) {
        largest = Math.abs(v[i][from]) > Math.abs(largest) ? v[i][from] : largest;
      }
      for (int i = 0; i < n; i++) {
        vectors[i][k] = Math.signum(largest) * v[i][from];
      }
    }
    return new Symmetric(values, vectors);
  }

  /** {@code A^power}; eigenvalues below least count as it. */
  double[][] power(double power, double least) {
    int n = values.length;
    double[][] scaled = copy(vectors);
    for (double[] row : scaled) {
      for (int k = 0; k < n; k++) {
        row[k] *= Math.pow(Math.max(values[k], least), power);
      }
    }
    return times(scaled, transposed(vectors));
  }

  /** The first eigenvectors as columns. */
  double[][] first(int count) {
    double[][] some = new double[vectors.length][];
    for (int i = 0; i < some.length; i++) {
      some[i] = Arrays.copyOf(vectors[i], count);
    }
    return some;
  }

  static double[][] identity(int n) {
    double[][] e = new double[n][n];
    for (int i = 0; i < n; i++) {
      e[i][i] = 1;
    }
    return e;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  private static double[][] copy(double[][] a) {
    double[][] c = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      c[i] = a[i].clone();
    }
    return c;
  }

  /** A matrix of these elements, row by row. */
  static double[][] matrix(int rows, int columns, float... x) {
    double[][] m = new double[rows][columns];
    for (int i = 0; i < x.length; i++) {
      m[i / columns][i % columns] = x[i];
    }
    return m;
  }
}
