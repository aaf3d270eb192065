package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Effects in words: "sam instead of adamw reduces forgetting by 0.21 nats (95 % 0.15 to 0.27, 6
 * seeds, p 0.002); with replay instead of none it adds 0.03 (-0.02 to 0.08)". The part after the
 * semicolon is the interaction: the increase of this change when the second axis has the one level
 * instead of the other.
 */
final class Sentences {
  /** With more interactions, a sentence contains only those whose interval excludes 0. */
  private static final int MOST = 3;

  private final Effects effects;

  Sentences(Effects effects) {
    this.effects = effects;
  }

  List<String> all() {
    return effects.main().stream().map(this::sentence).toList();
  }

  private String sentence(Effect e) {
    Interval v = e.interval();
    boolean down = v.estimate() < 0;
    StringBuilder text = new StringBuilder();
    text.append(bare(e.high())).append(" instead of ").append(bare(e.low()));
    text.append(down ? " reduces " : " raises ").append(effects.outcome().name()).append(" by ");
    text.append(number(Math.abs(v.estimate())));
    if (!effects.outcome().unit().isEmpty()) {
      text.append(' ').append(effects.outcome().unit());
    }
    text.append(" (95 % ").append(range(v, down));
    text.append(", ").append(effects.seeds()).append(" seeds, p ").append(p(e.adjusted().holm()));
    text.append(')');
    if (!v.excludes(0)) {
      text.append(", which may be none");
    }
    List<Effect> with = effects.interactions().stream().filter(i -> i.sameLevels(e)).toList();
    List<Effect> told =
        with.size() <= MOST ? with : with.stream().filter(i -> i.interval().excludes(0)).toList();
    for (Effect i : told) {
      boolean more = down == i.interval().estimate() < 0;
      text.append("; with ").append(bare(i.otherHigh()));
      text.append(" instead of ").append(bare(i.otherLow()));
      text.append(more ? " it adds " : " it takes off ");
      text.append(number(Math.abs(i.interval().estimate())));
      text.append(" (").append(range(i.interval(), i.interval().estimate() < 0)).append(')');
    }
    if (told.size() < with.size()) {
      text.append("; ").append(with.size() - told.size()).append(" more interactions may be none");
    }
    return text.toString();
  }

  private static String range(Interval v, boolean negated) {
    return negated
        ? number(-v.high()) + " to " + number(-v.low())
        : number(v.low()) + " to " + number(v.high());
  }

  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.equals("-0.000") ? "0.000" : text;
  }

  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** A level without its settings, unless another level differs only in these. */
  private String bare(String level) {
    List<String> levels = new ArrayList<>();
    effects.main().forEach(e -> levels.addAll(List.of(e.high(), e.low())));
    boolean alone = levels.stream().noneMatch(l -> !l.equals(level) && name(l).equals(name(level)));
    return alone ? name(level) : level;
  }

  private static String name(String level) {
    int open = level.indexOf('(');
    return open < 0 ? level : level.substring(0, open);
  }
}
