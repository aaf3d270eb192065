package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix in double precision: Householder reflections
 * make it tridiagonal, and the QL method with implicit shifts makes that diagonal (Golub and Van
 * Loan, Matrix computations, 4th edition, sections 8.3.1 and 8.3.3).
 *
 * @param values largest first
 * @param vectors the eigenvector of each value, of length 1
 */
record Eigenvectors(double[] values, double[][] vectors) {
  private static final int MOST_SHIFTS = 60;

  /**
   * Decomposes a matrix.
   *
   * @param a symmetric; it is overwritten
   * @throws PalimpsestException if the matrix is not finite
   */
  static Eigenvectors of(double[][] a) {
    int n = a.length;
    double[][] reflections = new double[n][];
    double[] diagonal = new double[n];
    double[] beside = new double[n];
    for (int k = 0; k + 1 < n; k++) {
      beside[k] = a[k + 1][k];
      double[] v = reflection(a, k);
      if (v.length > 0) {
        reflections[k] = v;
        beside[k] = -Math.copySign(norm(a, k), a[k + 1][k]);
        reflect(a, v, k + 1);
      }
    }
    for (int i = 0; i < n; i++) {
      diagonal[i] = a[i][i];
    }
    double[][] z = identity(n);
    diagonalise(diagonal, beside, z);
    for (double[] vector : z) {
      for (int k = n - 2; k >= 0; k--) {
        if (reflections[k] != null) {
          reflect(vector, reflections[k], k + 1);
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -diagonal[i]))
            .mapToInt(i -> i)
            .toArray();
    return new Eigenvectors(
        Arrays.stream(order).mapToDouble(i -> diagonal[i]).toArray(),
        Arrays.stream(order).mapToObj(i -> z[i]).toArray(double[][]::new));
  }

  private static double[][] identity(int n) {
    double[][] z = new double[n][n];
    for (int i = 0; i < n; i++) {
      z[i][i] = 1;
    }
    return z;
  }

  /** The size of column k below the diagonal. */
  private static double norm(double[][] a, int k) {
    double square = 0;
    for (int i = k + 1; i < a.length; i++) {
      square += a[i][k] * a[i][k];
    }
    return Math.sqrt(square);
  }

  /**
   * The unit vector, from entry k + 1, whose reflection leaves one entry of column k below the
   * diagonal; of length 0 if there is only that one.
   */
  private static double[] reflection(double[][] a, int k) {
    double size = norm(a, k);
    double[] v = new double[a.length - k - 1];
    for (int i = 0; i < v.length; i++) {
      v[i] = a[k + 1 + i][k];
    }
    v[0] += Math.copySign(size, v[0]);
    double length = Math.sqrt(dot(v, v));
    if (length == 0 || size == Math.abs(a[k + 1][k])) {
      return new double[0];
    }
    for (int i = 0; i < v.length; i++) {
      v[i] /= length;
    }
    return v;
  }

  /** {@code (I - 2 v v') A (I - 2 v v')} of the block from row and column {@code from}. */
  private static void reflect(double[][] a, double[] v, int from) {
    double[] w = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      double[] row = a[from + i];
      for (int j = 0; j < v.length; j++) {
        w[i] += row[from + j] * v[j];
      }
    }
    double along = dot(v, w);
    for (int i = 0; i < v.length; i++) {
      w[i] = 2 * (w[i] - along * v[i]);
    }
    for (int i = 0; i < v.length; i++) {
      double[] row = a[from + i];
      for (int j = 0; j < v.length; j++) {
        row[from + j] -= v[i] * w[j] + w[i] * v[j];
      }
    }
  }

  private static void reflect(double[] vector, double[] v, int from) {
    double along = 0;
    for (int i = 0; i < v.length; i++) {
      along += vector[from + i] * v[i];
    }
    for (int i = 0; i < v.length; i++) {
      vector[from + i] -= 2 * along * v[i];
    }
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /** Makes the tridiagonal matrix diagonal; {@code z} becomes its eigenvectors, row by row. */
  private static void diagonalise(double[] d, double[] e, double[][] z) {
    double size = 0;
    for (int i = 0; i < d.length; i++) {
      size = Math.max(size, Math.abs(d[i]) + Math.abs(e[i]));
    }
    if (!Double.isFinite(size)) {
      throw new PalimpsestException("a matrix has entries that are not finite");
    }
    for (int l = 0; l < d.length; l++) {
      for (int shifts = 0; ; shifts++) {
        int m = l;
        while (m + 1 < d.length && !isSmall(e[m], d[m], d[m + 1], size)) {
          m++;
        }
        if (m == l) {
          break;
        }
        if (shifts == MOST_SHIFTS) {
          throw new PalimpsestException(
              "the eigenvalues of a matrix were not found in " + MOST_SHIFTS + " steps");
        }
        shift(d, e, z, l, m);
      }
    }
  }

  private static boolean isSmall(double beside, double d0, double d1, double size) {
    return Math.abs(beside) <= 1e-16 * (Math.abs(d0) + Math.abs(d1)) + 1e-18 * size;
  }

  /** One implicit QL step on rows l to m, as a chain of rotations from the lower end. */
  private static void shift(double[] d, double[] e, double[][] z, int l, int m) {
    double g = (d[l + 1] - d[l]) / (2 * e[l]);
    g = d[m] - d[l] + e[l] / (g + Math.copySign(Math.hypot(g, 1), g));
    double s = 1;
    double c = 1;
    double p = 0;
    for (int i = m - 1; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      double r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        return;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      rotate(z[i], z[i + 1], c, s);
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }

  private static void rotate(double[] x, double[] y, double c, double s) {
    for (int k = 0; k < x.length; k++) {
      double f = y[k];
      y[k] = s * x[k] + c * f;
      x[k] = c * x[k] - s * f;
    }
  }
}
