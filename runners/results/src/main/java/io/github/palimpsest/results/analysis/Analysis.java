package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * The joint analysis of the finished cells of an experiment. Equal cells give an equal analysis:
 * resamples come from named streams.
 *
 * @param settings what was compared, and what is claimed
 * @param outcomes what was measured
 * @param frontier who learns, retains and costs what, and is not beaten at it
 * @param effects what the axes did, outcome by outcome
 * @param differences every recipe against the first, outcome by outcome
 * @param examples every recipe against the first, example by example
 */
public record Analysis(
    AnalysisSettings settings,
    List<Outcome> outcomes,
    Frontier frontier,
    List<Effects> effects,
    List<Differences> differences,
    List<ExampleDifference> examples) {
  /** Copies the lists. */
  public Analysis {
    outcomes = List.copyOf(outcomes);
    effects = List.copyOf(effects);
    differences = List.copyOf(differences);
    examples = List.copyOf(examples);
  }

  /**
   * Analyses cells.
   *
   * @param outcomes the outcomes to analyse
   * @param cells the finished cells, in the order of the plan
   * @param settings what is compared, and which outcomes are claimed
   */
  public static Analysis of(
      List<Outcome> outcomes, List<Observation> cells, AnalysisSettings settings) {
    return new Analysis(
        settings,
        outcomes,
        Frontier.of(cells, settings),
        PrimaryFamily.judge(
            outcomes.stream().map(o -> Effects.of(o, cells, settings)).toList(),
            settings.primary(),
            settings.margin()),
        outcomes.stream().map(o -> Differences.of(o, cells, settings)).toList(),
        ExampleDifference.of(cells));
  }

  /** The rule by which the number of seeds followed from the first ones; none if it was fixed. */
  public List<String> precision() {
    return settings.precision().map(rule -> rule.sentences(this)).orElse(List.of());
  }
}
