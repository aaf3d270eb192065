package io.github.palimpsest.results.statistics;

/** Means and sums of squares. */
final class Sums {
  private Sums() {}

  static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  static double squaresAround(double center, double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += (v - center) * (v - center);
    }
    return sum;
  }
}
