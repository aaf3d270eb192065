package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.Stable;

/**
 * The scores of one run: {@code R[t, i]}, the score on task {@code i} after training on task {@code
 * t}, both from 0. Cells that were not measured are NaN. All measured cells are of one kind of
 * model: for a recipe with a merger that acts only after the last task these are the cells of the
 * last row, in which its only merged model is scored.
 */
@Stable(since = "0.1")
public interface ScoreMatrix {
  /** The number of tasks. */
  int tasks();

  /** Whether a higher score is better: true for accuracy, false for nats per token. */
  boolean higherScoresAreBetter();

  /** {@code b[i]}: the score on a task before any training. */
  double before(int task);

  /** {@code R[t, i]}. */
  double after(int trained, int evaluated);

  /**
   * The outcomes behind {@code R[t, i]}, one for each evaluation example in a fixed order; empty if
   * they were not kept.
   */
  double[] perExample(int trained, int evaluated);

  /**
   * {@code a[i]}: the score on a task of its reference model, which is trained as the metric's
   * provider says with {@link NeedsReferences}; NaN if it says nothing, and if it was not measured.
   */
  default double reference(int task) {
    return Double.NaN;
  }
}
