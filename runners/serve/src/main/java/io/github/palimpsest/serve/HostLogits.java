package io.github.palimpsest.serve;

import java.util.stream.IntStream;

/** Log-probabilities of one row of logits. */
final class HostLogits {
  private HostLogits() {}

  /** A token with its log-probability and the most likely ones, in descending order. */
  static Job.Chosen chosen(float[] logits, int from, int vocabulary, int id, int top) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < vocabulary; i++) {
      most = Math.max(most, logits[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += Math.exp(logits[from + i] - most);
    }
    double total = most + Math.log(sum);
    int[] ids = likeliest(logits, from, vocabulary, top);
    return new Job.Chosen(
        id,
        logits[from + id] - total,
        ids,
        IntStream.of(ids).mapToDouble(i -> logits[from + i] - total).toArray());
  }

  /** The tokens with the highest logits, in descending order; of equal ones the lower id first. */
  private static int[] likeliest(float[] logits, int from, int vocabulary, int count) {
    int[] ids = new int[Math.min(count, vocabulary)];
    int found = 0;
    for (int i = 0; i < vocabulary; i++) {
      int at = found < ids.length ? found++ : ids.length;
      for (; at > 0 && logits[from + i] > logits[from + ids[at - 1]]; at--) {
        if (at < ids.length) {
          ids[at] = ids[at - 1];
        }
      }
      if (at < ids.length) {
        ids[at] = i;
      }
    }
    return ids;
  }
}
