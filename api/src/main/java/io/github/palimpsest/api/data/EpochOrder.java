package io.github.palimpsest.api.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The order of the examples of one epoch, drawn part by part (Fisher and Yates). */
final class EpochOrder {
  private final int[] order;
  private final int parts;
  private final int batchSize;
  private final RandomGenerator rng;

  /** Shuffles the numbers from 0 to {@code size - 1}, each within its part. */
  EpochOrder(int size, int parts, int batchSize, RandomGenerator rng) {
    this.order = IntStream.range(0, size).toArray();
    this.parts = parts;
    this.batchSize = batchSize;
    this.rng = rng;
    for (int part = 0; part < parts; part++) {
      int first = first(part);
      for (int i = first(part + 1) - 1; i > first; i--) {
        swap(i, first + rng.nextInt(i + 1 - first), 1);
      }
    }
  }

  private int first(int part) {
    return (int) ((long) part * order.length / parts);
  }

  private void swap(int i, int j, int length) {
    for (int k = 0; k < length; k++) {
      int swapped = order[i + k];
      order[i + k] = order[j + k];
      order[j + k] = swapped;
    }
  }

  /**
   * Sorts groups of some batches by length, and draws the order of the batches. Only the whole
   * batches within a part are sorted, so no example moves to another part.
   *
   * @param bucket the batches of a group; 0 keeps the order
   * @param tokens the length of the example of a number
   */
  EpochOrder inBuckets(int bucket, IntUnaryOperator tokens) {
    for (int part = 0; bucket > 0 && part < parts; part++) {
      // batches are cut from the beginning of the epoch, wherever a part begins
      int start = (first(part) + batchSize - 1) / batchSize * batchSize;
      int whole = Math.max(0, first(part + 1) - start) / batchSize;
      for (int batch = 0; batch < whole; batch += bucket) {
        sort(start + batch * batchSize, Math.min(bucket, whole - batch) * batchSize, tokens);
      }
      for (int i = whole - 1; i > 0; i--) {
        swap(start + i * batchSize, start + rng.nextInt(i + 1) * batchSize, batchSize);
      }
    }
    return this;
  }

  /** Sorts by falling length; those of equal length stay in the drawn order. */
  private void sort(int from, int count, IntUnaryOperator tokens) {
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = tokens.applyAsInt(order[from + i]);
    }
    int[] before = Arrays.copyOfRange(order, from, from + count);
    int[] sorted =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Integer.compare(lengths[b], lengths[a]))
            .mapToInt(i -> before[i])
            .toArray();
    System.arraycopy(sorted, 0, order, from, count);
  }

  /** The batches; the last may be smaller. Their examples are read with their batch. */
  List<List<Example>> batches(List<Example> examples) {
    int size = order.length;
    return new ReadList<>(
        (int) ((size + (long) batchSize - 1) / batchSize),
        b -> {
          int from = b * batchSize;
          int end = (int) Math.min(size, from + (long) batchSize);
          return ReadList.select(examples, Arrays.copyOfRange(order, from, end));
        });
  }
}
