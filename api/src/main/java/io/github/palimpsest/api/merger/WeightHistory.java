package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;

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

  /**
   * The weights that the training of a task ended with; for the task just finished, {@link
   * #afterTask()}. Those of earlier tasks are from before any merger, which {@link #beforeTask()}
   * is not. Only a merger whose provider has the capability {@link ReadsHistory} may read them
   * (PPW-06).
   *
   * @param task from 0 to {@link #taskIndex()}
   * @throws IllegalArgumentException if there is no such task
   * @throws PalimpsestException if the weights are not kept
   */
  WeightSnapshot after(int task);

  /** The model and that task. */
  MergeSite site();

  /** A history without the weights after earlier tasks, for runners and tests. */
  static WeightHistory of(
      WeightSnapshot pretrained,
      WeightSnapshot beforeTask,
      WeightSnapshot afterTask,
      int taskIndex,
      MergeSite site) {
    return new History(pretrained, beforeTask, afterTask, taskIndex, site, List.of());
  }

  /**
   * A history, for runners and tests; the arguments are the accessors' values.
   *
   * @param earlier {@link #after} each earlier task; empty if they are not kept
   * @throws IllegalArgumentException if they are not empty and their number is not {@code
   *     taskIndex}
   */
  static WeightHistory of(
      WeightSnapshot pretrained,
      WeightSnapshot beforeTask,
      WeightSnapshot afterTask,
      int taskIndex,
      MergeSite site,
      List<WeightSnapshot> earlier) {
    return new History(pretrained, beforeTask, afterTask, taskIndex, site, earlier);
  }
}
