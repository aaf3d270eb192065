package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Stable;
import java.util.List;
import java.util.random.RandomGenerator;

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

  /**
   * The number of batches whose examples are sorted by length together, so that the examples of a
   * batch have similar lengths; 0 if batches have examples of any length.
   */
  int bucket();

  /**
   * A copy with another {@link #bucket()}.
   *
   * @throws IllegalArgumentException if {@code batches} is negative
   */
  TaskData inBuckets(int batches);

  /** A task without a corpus, in one part, and without buckets. */
  static TaskData of(int index, String name, List<Example> examples) {
    return new Task(index, name, examples, 1, List.of(), 0);
  }

  /**
   * One epoch: every example once, in an order drawn from the generator (Fisher and Yates) part by
   * part, cut into batches; the last batch may be smaller. This method draws n - 1 numbers for a
   * part of n examples before it returns, so later draws of a rehearsal do not change the order.
   * Examples that stay in a file are read with their batch.
   *
   * <p>With a {@link #bucket()} the shuffled examples are taken in groups of that many batches. A
   * group is sorted by length and cut into batches, and then the order of the batches of a part is
   * drawn, which takes another b - 1 numbers for b batches. A part ends with its smaller batch, if
   * it has one. Every example is still in the epoch once.
   *
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  default List<List<Example>> shuffledBatches(int batchSize, RandomGenerator rng) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + " must be at least 1");
    }
    List<Example> examples = examples();
    return new EpochOrder(examples.size(), parts(), batchSize, rng)
        .inBuckets(bucket(), i -> examples.get(i).tokens())
        .batches(examples);
  }
}
