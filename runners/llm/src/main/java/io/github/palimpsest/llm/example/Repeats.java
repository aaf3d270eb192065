package io.github.palimpsest.llm.example;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.layout.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Uses the examples of each file as often as its weight says. With weight 2.5 every example is
 * there twice, and every other example once more; these are spread evenly over the file, so that no
 * part of it is preferred. Copies have ids of their own, {@code ID~2} for the second.
 */
public final class Repeats {
  private Repeats() {}

  /**
   * The examples of one epoch.
   *
   * @param examples the examples of all files, in order
   * @param documents for each example the number of its document
   * @throws PalimpsestException if the weight of a file leaves none of its examples
   */
  public static List<Example> of(List<Example> examples, List<Integer> documents, Weights weights) {
    if (weights.once()) {
      return examples;
    }
    IntStream.Builder places = IntStream.builder();
    IntStream.Builder copies = IntStream.builder();
    int from = 0;
    while (from < examples.size()) {
      int file = weights.file(documents.get(from));
      int to = from;
      while (to < examples.size() && weights.file(documents.get(to)) == file) {
        to++;
      }
      long size = to - from;
      double weight = weights.weights().get(file);
      long whole = (long) weight;
      long more = Math.round((weight - whole) * size);
      if (whole * size + more == 0) {
        throw new PalimpsestException(
            "weight "
                + weight
                + " leaves none of the "
                + size
                + " examples of file "
                + (file + 1)
                + "; it must be at least "
                + 1.0 / size);
      }
      for (long i = 0; i < size; i++) {
        long extra = (i + 1) * more / size - i * more / size;
        for (int copy = 1; copy <= whole + extra; copy++) {
          places.add((int) (from + i));
          copies.add(copy);
        }
      }
      from = to;
    }
    int[] at = places.build().toArray();
    int[] of = copies.build().toArray();
    return new ReadList<>(at.length, i -> copy(examples.get(at[i]), of[i]));
  }

  private static Example copy(Example example, int copy) {
    return copy == 1
        ? example
        : new Example(example.id() + "~" + copy, example.tokens(), example.fields());
  }
}
