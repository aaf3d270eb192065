package io.github.palimpsest.llm.example;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import java.util.List;
import java.util.stream.IntStream;

/** Takes as many examples as a number of tokens allows, spread evenly over all. */
public final class TokenCap {
  private TokenCap() {}

  /**
   * Some of the examples, or all if they have no more tokens.
   *
   * @param most the largest number of tokens of all examples together; 0 for no cap
   * @throws PalimpsestException if the cap leaves no example
   */
  public static List<Example> over(List<Example> examples, long most) {
    int size = examples.size();
    int[] lengths = most == 0 ? new int[0] : new int[size];
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = examples.get(i).tokens();
      total += lengths[i];
    }
    if (total <= most) {
      return examples;
    }
    int count = (int) Math.min(size, size * (double) most / total + 1);
    for (long taken = tokens(lengths, count); taken > most; taken = tokens(lengths, count)) {
      count = (int) Math.min(count - 1, count * (double) most / taken);
    }
    if (count == 0) {
      throw new PalimpsestException(
          "max-tokens "
              + most
              + " leaves no example: the first has "
              + lengths[0]
              + " tokens, all have "
              + total);
    }
    int some = count;
    return ReadList.select(
        examples, IntStream.range(0, some).map(i -> place(i, some, size)).toArray());
  }

  private static int place(int i, int count, int size) {
    return (int) ((long) i * size / count);
  }

  private static long tokens(int[] lengths, int count) {
    return IntStream.range(0, count).mapToLong(i -> lengths[place(i, count, lengths.length)]).sum();
  }
}
