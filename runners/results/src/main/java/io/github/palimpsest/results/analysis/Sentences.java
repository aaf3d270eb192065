package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.results.statistics.Interval;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Effects in words. Only an effect of the primary family is claimed: "sam instead of adamw reduces
 * forgetting by 0.210 nats (95 % 0.150 to 0.270 with the other primary effects, 6 seeds, p 0.002
 * after Holm)". What follows a semicolon is an interaction, by how much the change just stated is
 * larger with the one level than with the other; interactions are exploratory. Of those that are
 * only counted, the ones whose interval lies within the margin are near 0, and the others are open.
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
    return switch (e.conclusion().verdict()) {
      case EFFECT -> claimed(e) + with(e);
      case NO_RELEVANT_EFFECT -> equivalent(e) + with(e);
      case OPEN -> measured(e) + ", which these seeds leave open" + settled(e) + with(e);
      case UNTESTED -> measured(e) + "; " + e.seeds().evidence().words();
      case EXPLORATORY -> measured(e) + ", exploratory" + with(e);
    };
  }

  private String change(Effect e) {
    return bare(e.high()) + " instead of " + bare(e.low());
  }

  private String unit() {
    return effects.outcome().unit().isEmpty() ? "" : " " + effects.outcome().unit();
  }

  private String claimed(Effect e) {
    boolean down = e.estimate() < 0;
    Interval together = e.conclusion().simultaneous().orElseThrow();
    return change(e)
        + (down ? " reduces " : " raises ")
        + effects.outcome().shown()
        + " by "
        + number(Math.abs(e.estimate()))
        + unit()
        + " (95 % "
        + range(together, down)
        + among(e)
        + ", "
        + seeds(e)
        + ", p "
        + p(e.conclusion().holm().orElseThrow())
        + (e.conclusion().tests() > 1 ? " after Holm" : "")
        + ")";
  }

  private static String among(Effect e) {
    int others = e.conclusion().tests() - 1;
    return others < 1
        ? ""
        : " together with " + others + (others == 1 ? " other effect" : " other effects");
  }

  private String equivalent(Effect e) {
    return change(e)
        + " has no relevant effect on "
        + effects.outcome().shown()
        + ": "
        + signed(e.estimate())
        + unit()
        + ", within the declared margin (p "
        + p(e.conclusion().equivalence().orElseThrow())
        + " of two one-sided tests, "
        + seeds(e)
        + ")";
  }

  /** The change without a claim. */
  private String measured(Effect e) {
    String measured =
        change(e) + ": " + effects.outcome().shown() + " " + signed(e.estimate()) + unit();
    Optional<Interval> shown =
        e.conclusion().primary() ? e.conclusion().simultaneous() : e.interval();
    if (shown.isEmpty()) {
      return measured + " (" + seeds(e) + ": " + e.seeds().listed(Sentences::signed) + ")";
    }
    return measured
        + " (95 % "
        + range(shown.get(), false)
        + (e.conclusion().primary() ? among(e) : "")
        + ", "
        + seeds(e)
        + ")";
  }

  private static String seeds(Effect e) {
    return e.seeds().n() + (e.seeds().n() == 1 ? " seed" : " seeds");
  }

  /** How many seeds would settle a difference of the size that was measured. */
  private static String settled(Effect e) {
    OptionalInt seeds = e.seeds().seedsFor(e.estimate(), e.conclusion().tests());
    return seeds.isEmpty() || seeds.getAsInt() <= e.seeds().n()
        ? ""
        : "; about " + seeds.getAsInt() + " seeds would settle a difference of this size";
  }

  private String with(Effect e) {
    List<Effect> with =
        effects.interactions().stream()
            .filter(i -> i.sameLevels(e) && i.interval().isPresent())
            .toList();
    List<Effect> told =
        with.size() <= MOST
            ? with
            : with.stream().filter(i -> i.interval().orElseThrow().excludes(0)).toList();
    StringBuilder text = new StringBuilder();
    for (Effect i : told) {
      text.append("; with ").append(bare(i.otherHigh()));
      text.append(" instead of ").append(bare(i.otherLow())).append(' ');
      text.append(signed(i.estimate())).append(" more (");
      text.append(range(i.interval().orElseThrow(), false)).append(", exploratory)");
    }
    return text.append(untold(with.stream().filter(i -> !told.contains(i)).toList())).toString();
  }

  /**
   * Interactions whose intervals contain 0. Only one whose whole interval lies within the margin is
   * near 0; an interval that is wider says little, whatever its middle.
   */
  private static String untold(List<Effect> rest) {
    if (rest.isEmpty()) {
      return "";
    }
    long near = rest.stream().filter(Sentences::nearZero).count();
    long open = rest.size() - near;
    String more = rest.size() + (rest.size() == 1 ? " more interaction" : " more interactions");
    if (rest.stream().allMatch(i -> i.conclusion().equivalence().isEmpty())) {
      return "; " + more + are(rest.size()) + "open (no margin is declared for this outcome)";
    }
    return "; of "
        + more
        + ", "
        + near
        + are(near)
        + "near 0, within the margin, and "
        + open
        + are(open)
        + "open";
  }

  private static String are(long count) {
    return count == 1 ? " is " : " are ";
  }

  /** Whether the interval lies within the margin: two one-sided tests at half its level each. */
  private static boolean nearZero(Effect i) {
    OptionalDouble p = i.conclusion().equivalence();
    return p.isPresent() && p.getAsDouble() < (1 - AnalysisSettings.CONFIDENCE) / 2;
  }

  private static String range(Interval v, boolean negated) {
    return negated
        ? number(-v.high()) + " to " + number(-v.low())
        : number(v.low()) + " to " + number(v.high());
  }

  private static String signed(double value) {
    String text = number(value);
    return text.startsWith("-") ? text : "+" + text;
  }

  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.equals("-0.000") ? "0.000" : text;
  }

  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** A level without its settings, except those at which levels of the same name differ. */
  private String bare(String level) {
    Optional<Value.Call> component = call(level);
    if (component.isEmpty()) {
      return level;
    }
    Set<String> levels = new LinkedHashSet<>(effects.leftOut());
    effects.main().forEach(e -> levels.addAll(List.of(e.high(), e.low())));
    String name = component.get().name();
    List<Value.Call> alike =
        levels.stream().flatMap(l -> call(l).stream()).filter(c -> c.name().equals(name)).toList();
    TreeMap<String, Value> telling = new TreeMap<>(component.get().arguments());
    telling
        .entrySet()
        .removeIf(
            e -> alike.stream().allMatch(c -> e.getValue().equals(c.arguments().get(e.getKey()))));
    return new Value.Call(name, telling).toString();
  }

  /** A level that is one component; empty for several, and for a value of a sweep. */
  private static Optional<Value.Call> call(String level) {
    try {
      RecipeText recipe = RecipeText.parse(level);
      boolean one = recipe.sum().size() == 1 && recipe.pipe().isEmpty();
      return one ? Optional.of(recipe.sum().get(0)) : Optional.empty();
    } catch (PalimpsestException e) {
      return Optional.empty();
    }
  }
}
