package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Correction;
import java.util.ArrayList;
import java.util.List;

/**
 * A p-value adjusted for the tests made together with it.
 *
 * @param holm adjusted by Holm: bounds the chance of any false finding
 * @param benjaminiHochberg adjusted by Benjamini and Hochberg: bounds the share of false findings
 */
public record Adjusted(double holm, double benjaminiHochberg) {
  static final Adjusted NOT_YET = new Adjusted(Double.NaN, Double.NaN);

  /** Adjusts p-values of one family of tests. */
  static List<Adjusted> of(double[] p) {
    double[] holm = Correction.HOLM.adjust(p);
    double[] discoveries = Correction.BENJAMINI_HOCHBERG.adjust(p);
    List<Adjusted> all = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      all.add(new Adjusted(holm[i], discoveries[i]));
    }
    return all;
  }
}
