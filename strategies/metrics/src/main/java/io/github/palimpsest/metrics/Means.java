package io.github.palimpsest.metrics;

import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/** Means over tasks. */
final class Means {
  private Means() {}

  /** +1 where higher scores are better, -1 where lower ones are. */
  static double sign(ScoreMatrix scores) {
    return scores.higherScoresAreBetter() ? 1 : -1;
  }

  /**
   * The mean of {@code term} over the tasks {@code from} to {@code to - 1}; empty if there are none
   * or if a term is NaN because a score was not measured.
   */
  static OptionalDouble over(int from, int to, IntToDoubleFunction term) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += term.applyAsDouble(i);
    }
    return to <= from || Double.isNaN(sum)
        ? OptionalDouble.empty()
        : OptionalDouble.of(sum / (to - from));
  }
}
