package io.github.palimpsest.experiment.file;

import java.util.List;
import java.util.Optional;

/**
 * The combinations of an experiment's levels that make up the grid.
 *
 * @param paired factors whose levels are paired, the first with the first and so on
 * @param selection the choice among the combinations
 */
public record Design(List<Pairing> paired, Selection selection) {
  /** Copies the list. */
  public Design {
    paired = List.copyOf(paired);
  }

  /**
   * Factors whose levels are paired.
   *
   * @param factors axes, and sweeps by {@code AXIS.SETTING}
   * @param place where it stands in the experiment file
   */
  public record Pairing(List<String> factors, Place place) {
    /** Copies the names. */
    public Pairing {
      factors = List.copyOf(factors);
    }
  }

  /** The choice among all combinations. */
  public sealed interface Selection {}

  /** All of them. */
  public record All() implements Selection {}

  /**
   * A regular fraction of factors with two levels each.
   *
   * @param halvings the fraction is one in two to this power
   * @param generators products of factors as written; empty for the best there are
   * @param resolution what the fraction must have at least
   * @param place where it stands in the experiment file
   */
  public record Fraction(
      int halvings, List<Generator> generators, Optional<Integer> resolution, Place place)
      implements Selection {
    /** Copies the list. */
    public Fraction {
      generators = List.copyOf(generators);
    }
  }

  /**
   * A generator as written: {@code merger = optimizer * adapter}.
   *
   * @param generated the factor that is a product
   * @param product the factors of this product
   * @param place where it stands in the experiment file
   */
  public record Generator(String generated, List<String> product, Place place) {
    /** Copies the list. */
    public Generator {
      product = List.copyOf(product);
    }
  }

  /**
   * Some drawn without replacement. A larger number with the same seed has the smaller one's in it.
   *
   * @param count how many
   * @param seed of the draw
   * @param place where it stands in the experiment file
   */
  public record Draw(int count, long seed, Place place) implements Selection {}
}
