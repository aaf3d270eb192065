package io.github.palimpsest.api;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The training examples of one task. Evaluation data never appear here (rule DAT-02).
 *
 * @param index the task's place in the sequence, from 0
 * @param name the task's name
 * @param examples all its training examples
 * @param parts an epoch has this many parts of about equal size, one after the other, and examples
 *     are shuffled within their part alone; 1 shuffles them all together
 * @param corpus examples of what the model was pretrained on, the same for every task; they are no
 *     part of the task, and there are none unless the run is given some
 */
public record TaskData(
    int index, String name, List<Example> examples, int parts, List<Example> corpus) {
  /**
   * Copies lists that can change.
   *
   * @throws IllegalArgumentException if {@code parts} is below 1
   */
  public TaskData {
    examples = ReadList.copyOf(examples);
    corpus = ReadList.copyOf(corpus);
    if (parts < 1) {
      throw new IllegalArgumentException("parts " + parts + " must be at least 1");
    }
  }

  /** A task without a corpus beside it. */
  public TaskData(int index, String name, List<Example> examples, int parts) {
    this(index, name, examples, parts, List.of());
  }

  /** A task whose examples are shuffled all together. */
  public TaskData(int index, String name, List<Example> examples) {
    this(index, name, examples, 1);
  }

  /** The same task beside a corpus. */
  public TaskData beside(List<Example> other) {
    return new TaskData(index, name, examples, parts, other);
  }

  /** The same task with other examples in the places of its own. */
  public TaskData with(List<Example> others) {
    return new TaskData(index, name, others, parts, corpus);
  }

  /**
   * One epoch: every example once, in an order drawn from the generator (Fisher and Yates) part by
   * part, cut into batches; the last batch may be smaller. Asks the generator once less than there
   * are examples in each part and before anything else, so what a rehearsal draws afterwards does
   * not change the order. Examples that stay in a file are read when their batch is asked for.
   *
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  public List<List<Example>> shuffledBatches(int batchSize, RandomGenerator rng) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + " must be at least 1");
    }
    int size = examples.size();
    int[] order = IntStream.range(0, size).toArray();
    for (int part = 0; part < parts; part++) {
      int first = (int) ((long) part * size / parts);
      int end = (int) ((part + 1L) * size / parts);
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
