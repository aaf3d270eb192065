package io.github.palimpsest.replay;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * How many rehearsed examples come with the current ones, and where. After the {@code n}-th current
 * example of an epoch, {@code floor(ratio * n)} rehearsed ones are due.
 *
 * @param ratio rehearsed examples for each current one
 * @param place where they come
 */
record Mixing(double ratio, Place place) {
  /** Where rehearsed examples come. */
  enum Place {
    /** After the current ones of each batch, of which they are the share ratio / (1 + ratio). */
    SAME_BATCH,
    /** In batches of their own, each as soon as it is full, the last at the end of the epoch. */
    EXTRA_BATCHES
  }

  /** Lifts products such as {@code 0.29 * 100} back over the whole number they are meant to be. */
  private static final double ROUNDING = 1e-9;

  /** How many rehearsed examples are due after so many current ones. */
  long due(long currentExamples) {
    return (long) Math.floor(ratio * currentExamples + ROUNDING);
  }

  /** How many batches more an epoch of so many current examples has. */
  long extraBatches(int examples, int batchSize) {
    return place == Place.SAME_BATCH ? 0 : (due(examples) + batchSize - 1) / batchSize;
  }

  /**
   * Mixes.
   *
   * @param plain the current examples
   * @param batchSize how many a batch of rehearsed examples has
   * @param draw makes so many rehearsed examples
   */
  List<List<Example>> mixed(
      List<List<Example>> plain, int batchSize, Function<Integer, List<Example>> draw) {
    List<List<Example>> all = new ArrayList<>();
    long current = 0;
    long drawn = 0;
    for (List<Example> batch : plain) {
      current += batch.size();
      int count = Math.toIntExact(due(current) - drawn);
      if (place == Place.SAME_BATCH) {
        all.add(joined(batch, draw.apply(count)));
        drawn += count;
      } else {
        all.add(batch);
        for (; count >= batchSize; count -= batchSize, drawn += batchSize) {
          all.add(draw.apply(batchSize));
        }
      }
    }
    int left = Math.toIntExact(due(current) - drawn);
    if (left > 0) {
      all.add(draw.apply(left));
    }
    return all;
  }

  /** Current examples that stay in a file do so until the batch is used. */
  private static List<Example> joined(List<Example> batch, List<Example> rehearsed) {
    int current = batch.size();
    ReadList<Example> both =
        new ReadList<>(
            current + rehearsed.size(),
            i -> i < current ? batch.get(i) : rehearsed.get(i - current));
    return batch instanceof ReadList ? both : List.copyOf(both);
  }

  /** Draws without replacement (Fisher and Yates), starting over when all have been drawn. */
  static List<Example> draw(int count, List<Example> kept, int[] order, RandomGenerator rng) {
    List<Example> drawn = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      int i = d % order.length;
      int j = i + rng.nextInt(order.length - i);
      int chosen = order[j];
      order[j] = order[i];
      order[i] = chosen;
      drawn.add(kept.get(chosen));
    }
    return drawn;
  }
}
