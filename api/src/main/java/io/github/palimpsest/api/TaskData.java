package io.github.palimpsest.api;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The training examples of one task. Evaluation data never appear here (rule DAT-02).
 *
 * @param index the task's place in the sequence, from 0
 * @param name the task's name
 * @param examples all its training examples
 */
public record TaskData(int index, String name, List<Example> examples) {
  /** Copies the list. */
  public TaskData {
    examples = List.copyOf(examples);
  }

  /**
   * One epoch: every example once, in an order drawn from the generator (Fisher and Yates), cut
   * into batches; the last batch may be smaller. Asks the generator exactly {@code examples - 1}
   * times and before anything else, so what a rehearsal draws afterwards does not change the order.
   *
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  public List<List<Example>> shuffledBatches(int batchSize, RandomGenerator rng) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + " must be at least 1");
    }
    List<Example> order = new ArrayList<>(examples);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = rng.nextInt(i + 1);
      Example swapped = order.set(i, order.get(j));
      order.set(j, swapped);
    }
    List<List<Example>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += batchSize) {
      batches.add(List.copyOf(order.subList(from, Math.min(order.size(), from + batchSize))));
    }
    return batches;
  }
}
