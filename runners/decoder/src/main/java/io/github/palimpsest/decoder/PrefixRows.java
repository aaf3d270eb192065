package io.github.palimpsest.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Token sequences as rows and batches in which little is computed twice and little is padded. The
 * result depends on the sequences alone, not on their order, except among equal ones.
 */
final class PrefixRows {
  /**
   * The number of tokens up to which a row of several sequences grows; of longer sequences, a
   * quarter more than one of them. The memory of attention grows with its square.
   */
  private static final int LONGEST = 2048;

  /**
   * The number of pairs of a query and a key that take as long as all the products of one token. A
   * longer row shares more beginnings, and has more pairs that are computed and hidden.
   */
  private static final long PAIRS_A_TOKEN = 1024;

  private PrefixRows() {}

  /**
   * A row.
   *
   * @param tree its tokens
   * @param sequences the numbers of its sequences, in the order in which the tree has them
   */
  record Row(PrefixTree tree, List<Integer> sequences) {
    int length() {
      return tree.size();
    }
  }

  /**
   * Rows in batches.
   *
   * @param sequences each with at least one token
   * @param tokens the largest number of tokens in a batch of several rows, with padding
   */
  static List<List<Row>> of(List<int[]> sequences, int tokens) {
    List<Row> rows = rows(sequences);
    rows.sort(Comparator.comparingInt(Row::length).reversed());
    List<List<Row>> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); ) {
      int most = Math.max(1, tokens / rows.get(from).length());
      int to = Math.min(rows.size(), from + most);
      batches.add(List.copyOf(rows.subList(from, to)));
      from = to;
    }
    return batches;
  }

  private static List<Row> rows(List<int[]> sequences) {
    List<Integer> order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparing(sequences::get, Arrays::compare))
            .toList();
    List<Row> rows = new ArrayList<>();
    for (int number : order) {
      int[] sequence = sequences.get(number);
      Row row = rows.isEmpty() ? null : rows.get(rows.size() - 1);
      if (row == null || !belongs(sequence, row.tree())) {
        row = new Row(new PrefixTree(), new ArrayList<>());
        rows.add(row);
      }
      row.tree().add(sequence);
      row.sequences().add(number);
    }
    return rows;
  }

  /** Whether the tokens that are shared outweigh the pairs that the longer row has more. */
  private static boolean belongs(int[] sequence, PrefixTree tree) {
    long shared = tree.shared(sequence);
    long added = sequence.length - shared;
    long whole = tree.size() + added;
    long more =
        whole * whole - (long) tree.size() * tree.size() - (long) sequence.length * sequence.length;
    int longest = Math.max(LONGEST, sequence.length + sequence.length / 4);
    return added == 0 || whole <= longest && more <= PAIRS_A_TOKEN * shared;
  }
}
