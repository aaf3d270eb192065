package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the page of the study writes numbers, intervals and verdicts. */
final class Shown {
  /** Of the intervals that stand alone. */
  static final double CONFIDENCE = 0.95;

  private Shown() {}

  /** An effect with its interval and verdict, as two cells of a table. */
  static String judged(Effect effect) {
    @Nullable Interval together =
        effect.conclusion().simultaneous().or(effect::interval).orElse(null);
    return (together == null ? signed(effect.estimate()) : shown(effect.estimate(), together))
        + " | "
        + verdict(effect);
  }

  private static String verdict(Effect effect) {
    return switch (effect.conclusion().verdict()) {
      case EFFECT -> effect.estimate() < 0 ? "**less**" : "**more**";
      case NO_RELEVANT_EFFECT -> "no relevant difference";
      case OPEN -> "open";
      case UNTESTED -> "untested";
      case EXPLORATORY -> "exploratory";
    };
  }

  static String plain(Effect effect) {
    Optional<Interval> shown =
        effect.conclusion().verdict() == Conclusion.Verdict.EXPLORATORY
            ? effect.interval()
            : effect.conclusion().simultaneous();
    return shown.map(i -> shown(effect.estimate(), i)).orElse(signed(effect.estimate()));
  }

  static String interval(SeedContrast seeds) {
    if (seeds.n() == 0) {
      return "-";
    }
    Optional<TTest> test = seeds.test();
    return test.map(t -> shown(seeds.mean(), t.interval(CONFIDENCE)))
        .orElse(signed(seeds.mean()) + ", no interval");
  }

  static String side(SeedContrast seeds) {
    if (seeds.n() == 0) {
      return "not defined";
    }
    return seeds
        .test()
        .map(t -> t.interval(CONFIDENCE))
        .filter(i -> i.excludes(0))
        .map(i -> i.high() < 0 ? "less" : "more")
        .orElse("open");
  }

  static String shown(double estimate, Interval interval) {
    return "%s (%s to %s)"
        .formatted(signed(estimate), number(interval.low()), number(interval.high()));
  }

  static String signed(double value) {
    String text = number(value);
    return text.startsWith("-") ? text : "+" + text;
  }

  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.equals("-0.000") ? "0.000" : text;
  }

  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }
}
