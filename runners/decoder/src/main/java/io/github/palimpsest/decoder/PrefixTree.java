package io.github.palimpsest.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token sequences in one row, with the beginning that a sequence shares with the one before it only
 * once. In lexicographic order, every shared beginning is there once. The tokens stand depth first:
 * those that continue a token directly follow it, up to its end. Therefore a token at place {@code
 * j} is one of the beginning of the token at place {@code i} exactly if {@code j <= i < end[j]}.
 */
final class PrefixTree {
  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] ends = new int[64];
  private int size;
  private int[] last = {};
  private int[] path = {};
  private final List<int[]> places = new ArrayList<>();

  /** The number of tokens at the beginning of a sequence that are there already. */
  int shared(int[] sequence) {
    int differ = Arrays.mismatch(last, sequence);
    return differ < 0 ? sequence.length : differ;
  }

  /** Adds a sequence. */
  void add(int[] sequence) {
    int shared = shared(sequence);
    int[] own = Arrays.copyOf(path, sequence.length);
    close(shared);
    for (int p = shared; p < sequence.length; p++) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
        positions = Arrays.copyOf(positions, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
      }
      own[p] = size;
      ids[size] = sequence[p];
      positions[size++] = p;
    }
    last = sequence;
    path = own;
    places.add(own);
  }

  private void close(int from) {
    for (int p = from; p < path.length; p++) {
      ends[path[p]] = size;
    }
  }

  /** The number of tokens. */
  int size() {
    return size;
  }

  /** The number of sequences. */
  int sequences() {
    return places.size();
  }

  /** The place of each token of a sequence, numbered as added. */
  int[] places(int sequence) {
    return places.get(sequence);
  }

  /** Copies ids, positions and ends to arrays of padded rows. */
  void copy(int[] toIds, int[] toPositions, int[] toEnds, int at) {
    close(0);
    System.arraycopy(ids, 0, toIds, at, size);
    System.arraycopy(positions, 0, toPositions, at, size);
    System.arraycopy(ends, 0, toEnds, at, size);
  }
}
