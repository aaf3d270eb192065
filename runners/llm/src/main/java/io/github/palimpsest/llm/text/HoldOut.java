package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.ReadList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Selects the documents for evaluation. Held-out documents are never training data. A document with
 * the same content as a held-out document is also left out of training, and counted (rule SET-03).
 */
public sealed interface HoldOut {
  /** The number of held-out documents. */
  int count();

  /** The first documents. */
  record First(int count) implements HoldOut {}

  /** The last documents. */
  record Last(int count) implements HoldOut {}

  /** Documents drawn from all with equal probability; both parts keep the order of the file. */
  record Drawn(int count, RandomGenerator rng) implements HoldOut {}

  /**
   * Both parts.
   *
   * @param training the training documents
   * @param evaluation the held-out documents
   * @param duplicates the number of documents left out of training because their content is held
   *     out
   */
  record Parts(List<Document> training, List<Document> evaluation, int duplicates) {
    /** Copies lists that can change. */
    public Parts {
      training = ReadList.copyOf(training);
      evaluation = ReadList.copyOf(evaluation);
    }
  }

  /**
   * Splits documents.
   *
   * @throws PalimpsestException if either part would be empty
   */
  default Parts split(List<Document> documents) {
    int size = documents.size();
    if (count() < 1 || count() >= size) {
      throw new PalimpsestException(
          "cannot hold out " + count() + " of " + size + " documents: from 1 to " + (size - 1));
    }
    Set<Integer> held = new HashSet<>();
    if (this instanceof Drawn drawn) {
      int[] order = new int[size];
      for (int i = 0; i < size; i++) {
        int j = drawn.rng().nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      for (int i = 0; i < count(); i++) {
        held.add(order[i]);
      }
    } else {
      int from = this instanceof First ? 0 : size - count();
      for (int i = 0; i < count(); i++) {
        held.add(from + i);
      }
    }
    ContentSet seen = new ContentSet();
    IntStream.range(0, size).filter(held::contains).forEach(i -> seen.add(documents.get(i)));
    int[] training =
        IntStream.range(0, size)
            .filter(i -> !held.contains(i) && !seen.contains(documents.get(i)))
            .toArray();
    if (training.length == 0) {
      throw new PalimpsestException(
          "holding out "
              + count()
              + " of "
              + size
              + " documents leaves none to train on: the rest"
              + " has the same text");
    }
    int[] evaluation = IntStream.range(0, size).filter(held::contains).toArray();
    return new Parts(
        ReadList.select(documents, training),
        ReadList.select(documents, evaluation),
        size - count() - training.length);
  }
}
