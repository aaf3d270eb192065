package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * The joint analysis of the finished cells of an experiment. Equal cells give an equal analysis:
 * resamples come from named streams.
 *
 * @param outcomes the measured outcomes
 * @param frontier the frontier of learning, retaining and cost
 * @param effects the effects of the axes, outcome by outcome
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
   * @param outcomes the outcomes to analyse
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
