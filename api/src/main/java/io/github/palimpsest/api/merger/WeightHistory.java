package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.WeightSnapshot;

/**
 * The weights that a merger may combine; all have the names and shapes of the model, adapters
 * merged.
 */
@Stable(since = "0.1")
public interface WeightHistory {
  /** Before the first task. */
  WeightSnapshot pretrained();

  /** Before the task just finished. */
  WeightSnapshot beforeTask();

  /** After it; with several mergers, what the previous one made. */
  WeightSnapshot afterTask();

  /** The task just finished, from 0. */
  int taskIndex();

  /** What may be asked about the model and that task. */
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
