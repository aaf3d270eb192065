package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/** Which weights theta0 is. */
enum From {
  /** Those before the first task. */
  PRETRAINED,
  /** Those before the task just finished. */
  PREVIOUS;

  private WeightSnapshot of(WeightHistory history) {
    return this == PRETRAINED ? history.pretrained() : history.beforeTask();
  }

  Ends ends(WeightHistory history) {
    return new Ends(of(history), history.afterTask());
  }
}
