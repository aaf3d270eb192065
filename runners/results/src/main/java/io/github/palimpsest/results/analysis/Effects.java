package io.github.palimpsest.results.analysis;

import java.util.List;

/**
 * The effects of the axes on one outcome: main effects and two-way interactions with intervals, and
 * the seed as a block.
 *
 * @param outcome the outcome
 * @param seeds the number of seeds
 * @param basis the basis of the intervals
 * @param main the main effects
 * @param interactions the two-way interactions
 * @param reason the reason why there are none; empty if there are effects
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

  /** The basis of the intervals. */
  public enum Basis {
    /**
     * A full factorial: the error is the mean square of all cells without cell and seed effects.
     */
    FACTORIAL(
        "intervals from the error of the whole factorial, (cells - 1)(seeds - 1) degrees of"
            + " freedom"),
    /** Combinations are missing: each effect uses those that have both of its sides. */
    MATCHED(
        "combinations are missing, so each effect is over those that have both sides, with an"
            + " interval over seeds only"),
    /** A fraction of the grid, in which combinations have no counterparts. */
    ADDITIVE(
        "the cells are a fraction of the grid, so main effects are by least squares, as if axes did"
            + " not interact, with intervals over seeds only"),
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

  /** Computes the effects on an outcome; if there are none, the reason is given. */
  public static Effects of(Outcome outcome, List<Observation> cells) {
    return new EffectSearch(outcome, cells).effects();
  }

  /** The effects as sentences, a main effect with its interactions in each. */
  public List<String> sentences() {
    return new Sentences(this).all();
  }
}
