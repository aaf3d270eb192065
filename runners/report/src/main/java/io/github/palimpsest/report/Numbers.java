package io.github.palimpsest.report;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.text.Sample;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Numbers for readers; a dash for an undefined value. */
final class Numbers {
  static final String NONE = "–";

  private Numbers() {}

  static String fixed(double value, int digits) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.matches("-0\\.?0*") ? text.substring(1) : text;
  }

  /** Three digits after the point. */
  static String of(double value) {
    return fixed(value, 3);
  }

  /**
   * The mean of a sample, its standard deviation if it has one, and which part of it has values.
   */
  static String of(Sample s, String plusMinus) {
    return of(s.mean())
        + (Double.isNaN(s.deviation()) ? "" : plusMinus + of(s.deviation()))
        + s.part();
  }

  /** With its sign. */
  static String signed(double value) {
    return value > 0 ? "+" + of(value) : of(value);
  }

  /** With four significant digits. */
  static String general(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : NONE;
  }

  static String range(Interval v) {
    return of(v.low()) + " to " + of(v.high());
  }

  static String range(Optional<Interval> v) {
    return v.map(Numbers::range).orElse(NONE);
  }

  static String p(OptionalDouble value) {
    return p(value.orElse(Double.NaN));
  }

  static String p(double value) {
    return !Double.isFinite(value) ? NONE : value < 0.001 ? "< 0.001" : of(value);
  }

  static String count(int n, String one) {
    return n + " " + one + (n == 1 ? "" : "s");
  }
}
