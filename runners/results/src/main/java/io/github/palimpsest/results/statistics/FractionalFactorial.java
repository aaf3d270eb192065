package io.github.palimpsest.results.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A regular two-level fractional factorial 2^(k-p): the runs in which each of p generated factors
 * is the product of basic ones. Box and Hunter, <i>The 2^(k-p) fractional factorial designs</i>,
 * Technometrics 3 (1961).
 *
 * <p>Factors and effects are bits: factor {@code i} is {@code 1 << i}, an interaction is the union
 * of its factors, a run has the bits of the factors at their second level. The chosen fraction is
 * the one that contains the run with all factors at their first level.
 *
 * @param factors the number of factors, k
 * @param generators for each generated factor, this factor and the basic ones whose product it is
 */
public record FractionalFactorial(int factors, List<Integer> generators) {
  /** Grids with more factors are not written by hand. */
  public static final int MOST_FACTORS = 16;

  private static final int SEARCHED = 200_000;

  /**
   * Copies the generators.
   *
   * @throws IllegalArgumentException if they are not independent, or name no factor
   */
  public FractionalFactorial {
    generators = List.copyOf(generators);
    if (factors < 1 || factors > MOST_FACTORS || generators.size() >= factors) {
      throw new IllegalArgumentException(
          "2^(" + factors + "-" + generators.size() + ") is not a fraction of a factorial");
    }
    for (int word : words(generators)) {
      if (word == 0 || word >= 1 << factors) {
        throw new IllegalArgumentException("the generators are not independent");
      }
    }
  }

  /**
   * The fraction of highest resolution, and among those the one of least aberration that the search
   * finds (fewest of the shortest words; Fries and Hunter, Technometrics 22, 1980). The last
   * factors are the generated ones.
   *
   * @param factors k
   * @param halvings p: one run in 2^p is kept
   * @return empty if there is no fraction of resolution III, which keeps main effects apart
   */
  public static Optional<FractionalFactorial> best(int factors, int halvings) {
    if (factors > MOST_FACTORS || halvings < 1 || halvings >= factors) {
      return Optional.empty();
    }
    for (int resolution = factors; resolution >= 3; resolution--) {
      Search search = new Search(factors, halvings, resolution);
      search.extend(new ArrayList<>(), List.of(), 0);
      if (search.best != null) {
        return Optional.of(search.best);
      }
    }
    return Optional.empty();
  }

  /** A depth-first search for generators whose words are all long enough. */
  private static final class Search {
    private final int factors;
    private final int halvings;
    private final int resolution;
    private FractionalFactorial best;
    private int[] lengths = {};
    private int visited;

    Search(int factors, int halvings, int resolution) {
      this.factors = factors;
      this.halvings = halvings;
      this.resolution = resolution;
    }

    void extend(List<Integer> chosen, List<Integer> words, int least) {
      if (chosen.size() == halvings) {
        keep(chosen, words);
        return;
      }
      int generated = 1 << (factors - halvings + chosen.size());
      for (int product = least; product < 1 << (factors - halvings); product++) {
        if (best != null && visited++ > SEARCHED) {
          return;
        }
        int word = product | generated;
        List<Integer> longer = new ArrayList<>(words);
        longer.add(word);
        words.forEach(w -> longer.add(w ^ word));
        if (longer.stream().allMatch(w -> Integer.bitCount(w) >= resolution)) {
          chosen.add(word);
          extend(chosen, longer, product + 1);
          chosen.remove(chosen.size() - 1);
        }
      }
    }

    private void keep(List<Integer> chosen, List<Integer> words) {
      int[] counted = new int[factors + 1];
      words.forEach(w -> counted[Integer.bitCount(w)]++);
      if (best == null || Arrays.compare(counted, lengths) < 0) {
        lengths = counted;
        best = new FractionalFactorial(factors, chosen);
      }
    }
  }

  private static List<Integer> words(List<Integer> generators) {
    List<Integer> all = new ArrayList<>();
    for (int generator : generators) {
      List<Integer> products = all.stream().map(w -> w ^ generator).toList();
      all.add(generator);
      all.addAll(products);
    }
    return all;
  }

  /** The defining relation: every interaction that is constant over the runs. */
  public List<Integer> words() {
    return words(generators).stream().sorted(BY_ORDER).toList();
  }

  private static final Comparator<Integer> BY_ORDER =
      Comparator.<Integer>comparingInt(Integer::bitCount)
          .thenComparing(Comparator.<Integer>naturalOrder());

  /** The length of the shortest word: III keeps main effects apart, V two-way interactions too. */
  public int resolution() {
    return words().stream().mapToInt(Integer::bitCount).min().orElse(factors + 1);
  }

  /** The number of runs. */
  public int runs() {
    return 1 << (factors - generators.size());
  }

  /** Whether a run is in the fraction. */
  public boolean contains(int run) {
    return generators.stream().allMatch(w -> Integer.bitCount(w & run) % 2 == 0);
  }

  /** The effects that are aliased with this one, those of fewest factors first. */
  public List<Integer> aliases(int effect) {
    return words().stream().map(w -> w ^ effect).sorted(BY_ORDER).toList();
  }
}
