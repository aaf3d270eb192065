package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Stable;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The training examples of one task. Evaluation data never appear here (rule DAT-02). */
@Stable(since = "0.1")
public interface TaskData {
  /** The task's place in the sequence, from 0. */
  int index();

  /** The task's name. */
  String name();

  /** All its training examples. */
  List<Example> examples();

  /**
   * The number of parts of an epoch, of about equal size. The parts follow each other, and examples
   * are shuffled only within their part; 1 shuffles all of them together.
   */
  int parts();

  /**
   * Examples of the model's pretraining data, the same for every task. They are not part of the
   * task, and empty unless the run has a corpus.
   */
  List<Example> corpus();

  /** A copy with another corpus. */
  TaskData beside(List<Example> other);

  /** A copy with other examples. */
  TaskData with(List<Example> others);

  /**
   * A copy with other {@link #parts()}.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  TaskData inParts(int count);

  /** A task without a corpus, in one part. */
  static TaskData of(int index, String name, List<Example> examples) {
    return new Task(index, name, examples, 1, List.of());
  }

  /**
   * One epoch: every example once, in an order drawn from the generator (Fisher and Yates) part by
   * part, cut into batches; the last batch may be smaller. This method draws n - 1 numbers for a
   * part of n examples before it returns, so later draws of a rehearsal do not change the order.
   * Examples that stay in a file are read with their batch.
   *
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  default List<List<Example>> shuffledBatches(int batchSize, RandomGenerator rng) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + " must be at least 1");
    }
    List<Example> examples = examples();
    int size = examples.size();
    int[] order = IntStream.range(0, size).toArray();
    for (int part = 0; part < parts(); part++) {
      int first = (int) ((long) part * size / parts());
      int end = (int) ((part + 1L) * size / parts());
      for (int i = end - 1; i > first; i--) {
        int j = first + rng.nextInt(i + 1 - first);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    int batches = (int) ((size + (long) batchSize - 1) / batchSize);
    return new ReadList<>(
        batches,
        b -> {
          int from = b * batchSize;
          int[] places =
              Arrays.copyOfRange(order, from, (int) Math.min(size, from + (long) batchSize));
          return ReadList.select(examples, places);
        });
  }
}
