package io.github.palimpsest.serve;

import io.github.palimpsest.decoder.Sampling;
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
    int[] ids = Sampling.likeliest(logits, from, vocabulary, top);
    return new Job.Chosen(
        id,
        logits[from + id] - total,
        ids,
        IntStream.of(ids).mapToDouble(i -> logits[from + i] - total).toArray());
  }
}
