package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * All that the finished cells of an experiment say together. Equal cells give an equal analysis:
 * resamples come from named streams.
 *
 * @param outcomes what was measured
 * @param frontier who learns, retains and costs what, and is not beaten at it
 * @param effects what the axes did, outcome by outcome
 * @param differences every recipe against the first, outcome by outcome
 * @param examples every recipe against the first, example by example
 */
public record Analysis(
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
   */
  public static Analysis of(List<Outcome> outcomes, List<Observation> cells) {
    return new Analysis(
        outcomes,
        Frontier.of(cells),
        outcomes.stream().map(o -> Effects.of(o, cells)).toList(),
        outcomes.stream().map(o -> Differences.of(o, cells)).toList(),
        ExampleDifference.of(cells));
  }
}
