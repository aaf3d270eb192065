package io.github.palimpsest.results.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Adjusts p-values of several tests made together. */
public enum Correction {
  /** {@code m p}: family-wise error. */
  BONFERRONI,
  /** Running maximum of {@code (m - i + 1) p_(i)}: family-wise error (Holm 1979). */
  HOLM,
  /** Running minimum from the largest of {@code m / i p_(i)}: false discoveries (1995). */
  BENJAMINI_HOCHBERG,
  /** The same times {@code sum 1/i}: under any dependence (Benjamini and Yekutieli 2001). */
  BENJAMINI_YEKUTIELI;

  /**
   * The adjusted p-values, in the order given, cut at 1.
   *
   * @param p from 0 to 1 each
   */
  public double[] adjust(double[] p) {
    int m = p.length;
    int[] order =
        IntStream.range(0, m)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[m];
    switch (this) {
      case BONFERRONI -> {
        for (int i = 0; i < m; i++) {
          adjusted[i] = Math.min(1, m * p[i]);
        }
      }
      case HOLM -> {
        double running = 0;
        for (int i = 0; i < m; i++) {
          running = Math.max(running, Math.min(1, (m - i) * p[order[i]]));
          adjusted[order[i]] = running;
        }
      }
      case BENJAMINI_HOCHBERG -> stepUp(p, order, adjusted, 1);
      case BENJAMINI_YEKUTIELI ->
          stepUp(p, order, adjusted, IntStream.rangeClosed(1, m).mapToDouble(i -> 1.0 / i).sum());
    }
    return adjusted;
  }

  private static void stepUp(double[] p, int[] order, double[] adjusted, double factor) {
    double running = 1;
    for (int i = p.length - 1; i >= 0; i--) {
      running = Math.min(running, factor * p.length / (i + 1) * p[order[i]]);
      adjusted[order[i]] = running;
    }
  }
}
