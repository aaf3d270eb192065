package io.github.palimpsest.results.analysis;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A source of made-up grids whose true effects are known, to test the analysis itself. */
public interface Scenario {
  /** A name for people. */
  String title();

  /** The outcome that its cells have. */
  Outcome outcome();

  /**
   * The finished cells of one made-up grid.
   *
   * @param seeds how many each combination has
   * @param rng where the noise comes from
   */
  List<Observation> draw(int seeds, RandomGenerator rng);

  /** The true value of each main effect and interaction, by {@link Effect#contrast()}. */
  Map<String, Double> truth();
}
