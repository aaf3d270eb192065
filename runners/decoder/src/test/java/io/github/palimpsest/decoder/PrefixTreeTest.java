package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
  @Test
  void keepsASharedBeginningOnceAndEachContinuationBehindIt() {
    PrefixTree tree = new PrefixTree();
    tree.add(new int[] {7, 8, 1});
    tree.add(new int[] {7, 8, 2, 3});
    tree.add(new int[] {7, 9});
    tree.add(new int[] {5});
    int[][] rows = copied(tree, 0);
    assertThat(rows[0]).as("ids").containsExactly(7, 8, 1, 2, 3, 9, 5);
    assertThat(rows[1]).as("positions").containsExactly(0, 1, 2, 2, 3, 1, 0);
    assertThat(rows[2]).as("ends of what continues a token").containsExactly(6, 5, 3, 5, 5, 6, 7);
    assertThat(tree.places(0)).containsExactly(0, 1, 2);
    assertThat(tree.places(1)).containsExactly(0, 1, 3, 4);
    assertThat(tree.places(2)).containsExactly(0, 5);
    assertThat(tree.places(3)).containsExactly(6);
  }

  @Test
  void aSequenceSeesItsOwnTokensAndNoOthers() {
    RandomGenerator rng = new SplittableRandom(1);
    List<int[]> sequences = sequences(rng, 40);
    sequences.sort(Arrays::compare);
    PrefixTree tree = new PrefixTree();
    sequences.forEach(tree::add);
    int[] ends = copied(tree, 3)[2];
    int[] ids = copied(tree, 3)[0];
    for (int s = 0; s < sequences.size(); s++) {
      int last = tree.places(s)[sequences.get(s).length - 1];
      int[] seen = IntStream.rangeClosed(0, last).filter(j -> last < ends[j]).toArray();
      assertThat(seen).as("places seen by the last token of %d", s).isEqualTo(tree.places(s));
      assertThat(Arrays.stream(seen).map(j -> ids[j]))
          .as("its ids")
          .containsExactly(Arrays.stream(sequences.get(s)).boxed().toArray(Integer[]::new));
    }
    long distinct =
        sequences.stream()
            .flatMap(s -> IntStream.rangeClosed(1, s.length).mapToObj(n -> beginning(s, n)))
            .distinct()
            .count();
    assertThat(tree.size()).as("one token for each distinct beginning").isEqualTo((int) distinct);
  }

  @Test
  void rowsHaveEverySequenceOnceAndDoNotDependOnTheOrder() {
    RandomGenerator rng = new SplittableRandom(2);
    List<int[]> sequences = sequences(rng, 60);
    List<List<PrefixRows.Row>> batches = PrefixRows.of(sequences, 32);
    List<Integer> numbers =
        batches.stream().flatMap(List::stream).flatMap(r -> r.sequences().stream()).toList();
    assertThat(numbers).hasSize(60).doesNotHaveDuplicates();
    for (List<PrefixRows.Row> batch : batches) {
      int padded = batch.size() * batch.get(0).length();
      assertThat(batch.size() == 1 || padded <= 32).as("tokens of a batch").isTrue();
    }
    List<int[]> backwards = new ArrayList<>(sequences);
    Collections.reverse(backwards);
    assertThat(texts(PrefixRows.of(backwards, 32))).isEqualTo(texts(batches));
  }

  @Test
  void questionsShareARowWhereTheirExamplesAreLongAndNotWhereTheyDiffer() {
    List<int[]> sequences = new ArrayList<>();
    for (int question = 0; question < 3; question++) {
      for (int choice = 0; choice < 4; choice++) {
        int[] ids = new int[130];
        Arrays.fill(ids, 0, 100, 1);
        Arrays.fill(ids, 100, 128, 2 + question);
        Arrays.fill(ids, 128, 130, 10 + choice);
        sequences.add(ids);
      }
    }
    List<PrefixRows.Row> rows = PrefixRows.of(sequences, 1024).get(0);
    assertThat(rows).as("100 shared tokens").hasSize(1);
    assertThat(rows.get(0).length()).isEqualTo(100 + 3 * (28 + 4 * 2));

    List<int[]> tails = sequences.stream().map(s -> Arrays.copyOfRange(s, 99, 130)).toList();
    List<PrefixRows.Row> apart = PrefixRows.of(tails, 1024).get(0);
    assertThat(apart).as("one shared token in 31 is worth no longer row").hasSize(3);
    assertThat(apart.get(0).length()).isEqualTo(1 + 28 + 4 * 2);
  }

  @Test
  void choicesShareALongContextAndManyQuestionsDoNotMakeARowOfAnyLength() {
    List<int[]> choices = new ArrayList<>();
    for (int choice = 0; choice < 4; choice++) {
      int[] ids = new int[3000];
      ids[2999] = choice;
      choices.add(ids);
    }
    List<List<PrefixRows.Row>> rows = PrefixRows.of(choices, 512);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get(0).length()).as("the context and 4 choices").isEqualTo(2999 + 4);

    List<int[]> questions = new ArrayList<>();
    for (int question = 0; question < 100; question++) {
      int[] ids = new int[1000];
      Arrays.fill(ids, 900, 1000, question);
      questions.add(ids);
    }
    assertThat(PrefixRows.of(questions, 512))
        .as("rows of at most 2048 tokens: 900 examples and 11 questions, 10 rows for 100")
        .hasSize(10)
        .allMatch(batch -> batch.get(0).length() <= 2048);
  }

  private static List<int[]> sequences(RandomGenerator rng, int count) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(rng.ints(1 + rng.nextInt(8), 0, 3).toArray());
    }
    return all;
  }

  private static String beginning(int[] sequence, int length) {
    return Arrays.toString(Arrays.copyOf(sequence, length));
  }

  private static List<String> texts(List<List<PrefixRows.Row>> batches) {
    return batches.stream()
        .map(b -> b.stream().map(r -> Arrays.toString(copied(r.tree(), 0)[0])).toList().toString())
        .toList();
  }

  private static int[][] copied(PrefixTree tree, int padding) {
    int n = tree.size() + padding;
    int[][] rows = new int[3][n];
    tree.copy(rows[0], rows[1], rows[2], 0);
    return rows;
  }
}
