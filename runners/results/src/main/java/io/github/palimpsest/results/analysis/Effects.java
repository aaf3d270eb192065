package io.github.palimpsest.results.analysis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the axes did to one outcome: main effects and two-way interactions, the seed as the unit.
 *
 * @param outcome the outcome
 * @param seeds the number of seeds
 * @param basis the basis of the intervals
 * @param main the main effects
 * @param interactions the two-way interactions
 * @param reason the reason why there are none; empty if there are effects
 * @param leftOut the levels none of whose cells has the outcome; they are not compared
 */
public record Effects(
    Outcome outcome,
    int seeds,
    Basis basis,
    List<Effect> main,
    List<Effect> interactions,
    String reason,
    List<String> leftOut) {
  /** Copies the lists. */
  public Effects {
    leftOut = List.copyOf(leftOut);
    main = List.copyOf(main);
    interactions = List.copyOf(interactions);
  }

  /** The main effects, then the interactions. */
  public List<Effect> all() {
    return Stream.concat(main.stream(), interactions.stream()).toList();
  }

  /** The basis of the intervals. */
  public enum Basis {
    /** A full factorial: each contrast is computed within each seed. */
    BY_SEED("each contrast is computed within each seed, with a t interval over seeds"),
    /** A full factorial: the error is the mean square of all cells beyond cell and seed effects. */
    POOLED(
        "intervals are from the pooled error of the whole factorial, (cells - 1)(seeds - 1) degrees"
            + " of freedom; this assumes that all cells vary alike and independently, which cells"
            + " that share stages of training do not"),
    /** Combinations are missing: each effect rests on those that have both of its sides. */
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
    return new Effects(outcome, seeds, Basis.NONE, List.of(), List.of(), reason, List.of());
  }

  /** Computes the effects on an outcome; without any, the reason says why. */
  static Effects of(Outcome outcome, List<Observation> cells, AnalysisSettings settings) {
    return new EffectSearch(outcome, cells, settings).effects();
  }

  /** Whether the main effects belong to the primary family. */
  public boolean primary() {
    return main.stream().anyMatch(e -> e.conclusion().primary());
  }

  /** The caveats of the seeds that these effects rest on and of levels left out, each once. */
  public List<String> caveats() {
    Stream<String> seedwise =
        Stream.concat(main.stream(), interactions.stream())
            .filter(e -> e.pooled().isEmpty())
            .map(e -> e.seeds().evidence().words())
            .filter(w -> !w.isEmpty())
            .distinct();
    return Stream.concat(seedwise, leftOutInWords().stream()).toList();
  }

  private Optional<String> leftOutInWords() {
    return leftOut.isEmpty() || main.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "effects on "
                + outcome.name()
                + " leave out "
                + String.join(", ", leftOut)
                + ", where it is not defined");
  }

  Effects with(List<Effect> judgedMain, List<Effect> judgedInteractions) {
    return new Effects(outcome, seeds, basis, judgedMain, judgedInteractions, reason, leftOut);
  }

  /** The effects as sentences, a main effect with its interactions in each. */
  public List<String> sentences() {
    return new Sentences(this).all();
  }
}
