package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * All that the finished cells of an experiment say together. Equal cells give an equal analysis:
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
   * @param outcomes what to look at
   * @param cells the finished cells, in the order of the plan
   * @param settings what is compared, and which outcomes are claimed
   */
  public static Analysis of(
      List<Outcome> outcomes, List<Observation> cells, AnalysisSettings settings) {
    return new Analysis(
        settings,
        outcomes,
        Frontier.of(cells),
        PrimaryFamily.judge(
            outcomes.stream().map(o -> Effects.of(o, cells, settings)).toList(),
            settings.primary(),
            settings.margin()),
        outcomes.stream().map(o -> Differences.of(o, cells)).toList(),
        ExampleDifference.of(cells));
  }
}
