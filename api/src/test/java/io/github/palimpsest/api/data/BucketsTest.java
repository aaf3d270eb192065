package io.github.palimpsest.api.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.random.Streams;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches of examples of similar length. */
class BucketsTest {
  /** Lengths 1 to 23, each once, in an order without a pattern. */
  private static final List<Example> EXAMPLES =
      IntStream.range(0, 23)
          .mapToObj(i -> new Example("t/" + i, 7 * i % 23 + 1, new TreeMap<>()))
          .toList();

  private static final TaskData TASK = TaskData.of(0, "t", EXAMPLES);

  private static List<List<Integer>> lengths(TaskData task, int batch, long seed) {
    return task.shuffledBatches(batch, Streams.stream(seed, "epoch", 0, 0)).stream()
        .map(b -> b.stream().map(Example::tokens).toList())
        .toList();
  }

  private static int range(List<Integer> batch) {
    return batch.stream().mapToInt(i -> i).max().orElseThrow()
        - batch.stream().mapToInt(i -> i).min().orElseThrow();
  }

  @Test
  void an_epoch_in_buckets_has_every_example_once_and_only_its_last_batch_is_smaller() {
    List<List<Integer>> batches = lengths(TASK.inBuckets(3), 4, 1);
    assertThat(batches).extracting(List::size).containsExactly(4, 4, 4, 4, 4, 3);
    assertThat(batches.stream().flatMap(List::stream).sorted())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 23).boxed().toList());
  }

  @Test
  void one_bucket_for_all_batches_cuts_the_sorted_examples() {
    TaskData whole = TASK.with(EXAMPLES.subList(0, 20)).inBuckets(5);
    List<Integer> sorted =
        EXAMPLES.subList(0, 20).stream().map(Example::tokens).sorted((a, b) -> b - a).toList();
    List<List<Integer>> cut =
        IntStream.range(0, 5).mapToObj(i -> sorted.subList(4 * i, 4 * i + 4)).toList();
    assertThat(lengths(whole, 4, 1))
        .as("in an order that is drawn")
        .containsExactlyInAnyOrderElementsOf(cut)
        .isNotEqualTo(cut);
  }

  @Test
  void batches_in_buckets_have_similar_lengths_and_follow_from_the_generator() {
    double without = lengths(TASK, 4, 1).stream().mapToInt(BucketsTest::range).sum();
    List<List<Integer>> with = lengths(TASK.inBuckets(5), 4, 1);
    assertThat((double) with.stream().mapToInt(BucketsTest::range).sum()).isLessThan(without / 2);
    assertThat(lengths(TASK.inBuckets(5), 4, 1)).as("the same again").isEqualTo(with);
    assertThat(lengths(TASK.inBuckets(5), 4, 2)).as("another seed").isNotEqualTo(with);
  }

  @Test
  void buckets_do_not_cross_parts_and_are_kept_by_copies() {
    TaskData parts = TASK.with(EXAMPLES.subList(0, 16)).inBuckets(9).inParts(2);
    assertThat(parts.bucket()).isEqualTo(9);
    assertThat(parts.beside(List.of()).with(EXAMPLES).bucket()).isEqualTo(9);
    List<Integer> first = EXAMPLES.subList(0, 8).stream().map(Example::tokens).toList();
    assertThat(lengths(parts, 4, 1).subList(0, 2).stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(first);
    assertThatThrownBy(() -> TASK.inBuckets(-1)).hasMessage("bucket -1 must be at least 0");
  }
}
