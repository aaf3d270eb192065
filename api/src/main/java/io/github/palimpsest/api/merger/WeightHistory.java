package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * The weights that a merger may combine; all have the names and shapes of the model, with adapters
 * merged.
 */
@Stable(since = "0.1")
public interface WeightHistory {
  /** The weights before the first task. */
  WeightSnapshot pretrained();

  /** The weights before the task just finished. */
  WeightSnapshot beforeTask();

  /** The weights after that task; with several mergers, the result of the previous one. */
  WeightSnapshot afterTask();

  /** The place of the task just finished, from 0. */
  int taskIndex();

  /** The model and that task. */
  MergeSite site();

  /** A history, for runners and tests; the arguments are the accessors' values. */
  static WeightHistory of(
      WeightSnapshot pretrained,
      WeightSnapshot beforeTask,
      WeightSnapshot afterTask,
      int taskIndex,
      MergeSite site) {
    return new History(pretrained, beforeTask, afterTask, taskIndex, site);
  }
}
