package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.List;

/**
 * A {@link WeightHistory} as a value.
 *
 * @param earlier the weights after each task before the last one; empty if they are not kept
 */
record History(
    WeightSnapshot pretrained,
    WeightSnapshot beforeTask,
    WeightSnapshot afterTask,
    int taskIndex,
    MergeSite site,
    List<WeightSnapshot> earlier)
    implements WeightHistory {
  History {
    earlier = List.copyOf(earlier);
    if (!earlier.isEmpty() && earlier.size() != taskIndex) {
      throw new IllegalArgumentException(
          "weights after " + earlier.size() + " tasks, and " + taskIndex + " are finished earlier");
    }
  }

  @Override
  public WeightSnapshot after(int task) {
    if (task < 0 || task > taskIndex) {
      throw new IllegalArgumentException(
          "no weights after task " + task + ": tasks are finished from 0 to " + taskIndex);
    }
    if (task == taskIndex) {
      return afterTask;
    }
    if (earlier.isEmpty()) {
      throw new PalimpsestException(
          "the weights after task "
              + task
              + " are not kept: a merger that reads them declares the capability ReadsHistory"
              + " (rule PPW-06)");
    }
    return earlier.get(task);
  }
}
