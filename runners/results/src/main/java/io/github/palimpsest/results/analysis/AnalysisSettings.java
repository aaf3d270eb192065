package io.github.palimpsest.results.analysis;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How finished cells are analysed.
 *
 * @param model what the error of an effect is estimated from
 * @param contrasts which levels are compared
 * @param primary the outcomes whose main effects are claimed, together one family; empty for the
 *     chief outcome
 * @param margin the largest difference that does not matter, in the unit of the primary outcomes;
 *     empty where none was declared
 * @param precision the rule by which the number of seeds followed from the first ones; empty where
 *     it was fixed
 */
public record AnalysisSettings(
    Model model,
    Contrasts contrasts,
    List<String> primary,
    OptionalDouble margin,
    Optional<TwoStage> precision) {
  /** The level of every interval, alone or together with its family. */
  public static final double CONFIDENCE = 0.95;

  /** By seed, against the first level of each axis, claiming the chief outcome. */
  public static final AnalysisSettings DEFAULT =
      new AnalysisSettings(Model.BY_SEED, Contrasts.CONTROL, List.of(), OptionalDouble.empty());

  /** Copies the list. */
  public AnalysisSettings {
    primary = List.copyOf(primary);
  }

  /** Settings for a fixed number of seeds. */
  public AnalysisSettings(
      Model model, Contrasts contrasts, List<String> primary, OptionalDouble margin) {
    this(model, contrasts, primary, margin, Optional.empty());
  }

  /** What the error of an effect is estimated from. */
  public enum Model {
    /** The spread over seeds of the contrast within each seed. */
    BY_SEED,
    /** The residual of the whole factorial, as if its cells were independent. */
    POOLED;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Which levels of an axis are compared. */
  public enum Contrasts {
    /** Each level with the first one, the control. */
    CONTROL,
    /** Each level with each earlier one. */
    ALL_PAIRS;

    /** The word on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A copy with another model. */
  public AnalysisSettings with(Model other) {
    return new AnalysisSettings(other, contrasts, primary, margin, precision);
  }

  /** A copy that claims the main effects on other outcomes. */
  public AnalysisSettings claiming(List<String> outcomes) {
    return new AnalysisSettings(model, contrasts, outcomes, margin, precision);
  }

  /** A copy with other contrasts. */
  public AnalysisSettings with(Contrasts other) {
    return new AnalysisSettings(model, other, primary, margin, precision);
  }

  /** A copy for seeds whose number followed from a rule. */
  public AnalysisSettings by(TwoStage rule) {
    return new AnalysisSettings(model, contrasts, primary, margin, Optional.of(rule));
  }

  /** How many of some seeds give the spread: those of the first stage, or all. */
  int first(Collection<Long> seeds) {
    return precision.map(rule -> rule.first(seeds)).orElse(seeds.size());
  }

  /** Whether a level is compared with an earlier one. */
  boolean compares(int low) {
    return contrasts == Contrasts.ALL_PAIRS || low == 0;
  }
}
