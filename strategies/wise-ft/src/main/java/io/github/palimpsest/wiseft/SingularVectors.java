package io.github.palimpsest.wiseft;

/**
 * The singular values of a matrix and its singular vectors on the shorter side, from the
 * eigenvectors of its product with itself in double precision. Values below about 1e-8 of the
 * largest are rounding.
 *
 * @param rows the matrix, turned so that its shorter side comes first
 * @param turned whether the rows here are the columns of the matrix
 * @param s largest first
 * @param u the singular vector of each value, along the shorter side
 */
record SingularVectors(double[][] rows, boolean turned, double[] s, double[][] u) {
  /**
   * Decomposes a matrix.
   *
   * @param values row-major
   * @param columns the length of a row
   */
  static SingularVectors of(double[] values, int columns) {
    int height = values.length / columns;
    boolean turned = height > columns;
    double[][] a = new double[Math.min(height, columns)][Math.max(height, columns)];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < columns; j++) {
        a[turned ? j : i][turned ? i : j] = values[i * columns + j];
      }
    }
    double[][] square = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        square[i][j] = Eigenvectors.dot(a[i], a[j]);
        square[j][i] = square[i][j];
      }
    }
    Eigenvectors e = Eigenvectors.of(square);
    double[] s = new double[a.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = Math.sqrt(Math.max(0, e.values()[i]));
    }
    return new SingularVectors(a, turned, s, e.vectors());
  }

  /** The middle singular value; of an even number, the mean of the two in the middle. */
  double median() {
    int n = s.length;
    return n % 2 == 1 ? s[n / 2] : (s[n / 2 - 1] + s[n / 2]) / 2;
  }

  /** Whether a singular value is more than rounding. */
  boolean counts(double value) {
    return value > 1e-7 * s[0];
  }

  /** {@code x A} of a vector along the shorter side. */
  double[] across(double[] x) {
    double[] y = new double[rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += x[i] * rows[i][j];
      }
    }
    return y;
  }

  /** {@code A y} of a vector along the longer side. */
  double[] back(double[] y) {
    double[] x = new double[rows.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Eigenvectors.dot(rows[i], y);
    }
    return x;
  }

  /** {@code sum of s u v'} of the first {@code k} triples, row-major as the matrix was given. */
  double[] first(int k) {
    int height = rows.length;
    int width = rows[0].length;
    double[] sum = new double[height * width];
    for (int t = 0; t < k; t++) {
      double[] sv = across(u[t]);
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          sum[turned ? j * height + i : i * width + j] += u[t][i] * sv[j];
        }
      }
    }
    return sum;
  }
}
