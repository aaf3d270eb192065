package io.github.palimpsest.llm.layout;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;

/**
 * How often each document is used in an epoch, by its file.
 *
 * @param firsts the number of the first document of each file, rising
 * @param weights the weight of each file, for example 2 for twice and 0.5 for every other document
 */
public record Weights(List<Integer> firsts, List<Double> weights) {
  /** Every document is used once. */
  public static final Weights ONCE = new Weights(List.of(0), List.of(1.0));

  /** The largest weight. */
  public static final double MOST = 1000;

  /** Copies the lists. */
  public Weights {
    firsts = List.copyOf(firsts);
    weights = List.copyOf(weights);
    weights.forEach(Weights::require);
  }

  /**
   * Refuses a weight that is no share of an epoch.
   *
   * @throws PalimpsestException unless it is above 0 and at most {@value #MOST}
   */
  public static double require(double weight) {
    if (!(weight > 0 && weight <= MOST)) {
      throw new PalimpsestException(
          "weight "
              + weight
              + " must be above 0 and at most 1000: it is the number of times that a file is used"
              + " in an epoch");
    }
    return weight;
  }

  /** Whether every document is used once. */
  public boolean once() {
    return weights.stream().allMatch(w -> w == 1);
  }

  /** The file, from 0, of the document with a number. */
  public int file(int document) {
    int file = 0;
    while (file + 1 < firsts.size() && firsts.get(file + 1) <= document) {
      file++;
    }
    return file;
  }
}
