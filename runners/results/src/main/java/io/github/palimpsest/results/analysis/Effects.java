package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * What the axes did to one outcome: main effects and two-way interactions with intervals, the seed
 * as a block.
 *
 * @param outcome what is measured
 * @param seeds how many seeds
 * @param basis what the intervals rest on
 * @param main the main effects
 * @param interactions the two-way interactions
 * @param reason why there are none; empty if there are
 */
public record Effects(
    Outcome outcome,
    int seeds,
    Basis basis,
    List<Effect> main,
    List<Effect> interactions,
    String reason) {
  /** Copies the lists. */
  public Effects {
    main = List.copyOf(main);
    interactions = List.copyOf(interactions);
  }

  /** What the intervals rest on. */
  public enum Basis {
    /** A full factorial: the error is the mean square of all cells beside cell and seed effects. */
    FACTORIAL(
        "intervals from the error of the whole factorial, (cells - 1)(seeds - 1) degrees of"
            + " freedom"),
    /** Combinations are missing: each effect rests on those that have both of its sides. */
    MATCHED(
        "combinations are missing, so each effect is over those that have both sides, with an"
            + " interval over seeds alone"),
    /** A fraction of the grid, in which combinations have no counterparts. */
    ADDITIVE(
        "the cells are a fraction of the grid, so main effects are by least squares, as if axes did"
            + " not interact, with intervals over seeds alone"),
    /** There are no effects. */
    NONE("no effects");

    private final String words;

    Basis(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  static Effects none(Outcome outcome, int seeds, String reason) {
    return new Effects(outcome, seeds, Basis.NONE, List.of(), List.of(), reason);
  }

  /** Computes the effects on an outcome; without any, the reason says why. */
  public static Effects of(Outcome outcome, List<Observation> cells) {
    return new EffectSearch(outcome, cells).effects();
  }

  /** The effects as sentences, a main effect with its interactions in each. */
  public List<String> sentences() {
    return new Sentences(this).all();
  }
}
