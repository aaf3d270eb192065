package io.github.palimpsest.metrics;

import io.github.palimpsest.api.metric.ScoreMatrix;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Means over tasks. */
final class Means {
  private Means() {}

  /** +1 where higher scores are better, -1 where lower ones are. */
  static double sign(ScoreMatrix scores) {
    return scores.higherScoresAreBetter() ? 1 : -1;
  }

  /**
   * Whether no score was measured after any task but the last: the model exists only at the end, as
   * with a merger that acts only then.
   */
  static boolean onlyLastRow(ScoreMatrix scores) {
    int last = scores.tasks() - 1;
    return last > 0
        && IntStream.range(0, last)
            .allMatch(
                t ->
                    IntStream.rangeClosed(0, last).allMatch(i -> Double.isNaN(scores.after(t, i))));
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
