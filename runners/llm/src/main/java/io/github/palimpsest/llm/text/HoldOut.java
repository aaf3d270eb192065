package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which documents are kept for evaluation. What is held out is never trained on: a document with
 * the content of one that is held out is left out of training, too, and counted (rule SET-03).
 */
public sealed interface HoldOut {
  /** How many are held out. */
  int count();

  /** The first documents. */
  record First(int count) implements HoldOut {}

  /** The last documents. */
  record Last(int count) implements HoldOut {}

  /** Documents drawn from all with equal chance; both parts keep the order of the file. */
  record Drawn(int count, RandomGenerator rng) implements HoldOut {}

  /**
   * Both parts.
   *
   * @param training what may be trained on
   * @param evaluation what was held out
   * @param duplicates how many were left out of training since their content is held out
   */
  record Parts(List<Document> training, List<Document> evaluation, int duplicates) {
    /** Copies both lists. */
    public Parts {
      training = List.copyOf(training);
      evaluation = List.copyOf(evaluation);
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
    List<Document> evaluation = new ArrayList<>();
    ContentSet seen = new ContentSet();
    for (int i = 0; i < size; i++) {
      if (held.contains(i)) {
        evaluation.add(documents.get(i));
        seen.add(documents.get(i));
      }
    }
    List<Document> training = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (!held.contains(i) && !seen.contains(documents.get(i))) {
        training.add(documents.get(i));
      }
    }
    if (training.isEmpty()) {
      throw new PalimpsestException(
          "holding out "
              + count()
              + " of "
              + size
              + " documents leaves none to train on: the rest"
              + " has the same text");
    }
    return new Parts(training, evaluation, size - count() - training.size());
  }
}
