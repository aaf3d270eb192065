package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a merger is given the weights of one model, tasks in order, and the same pretrained
 * weights each time (RUN-03).
 */
public final class AssertingMerger implements Merger {
  private final Merger merger;
  private final History history;
  private int task = -1;
  private @Nullable WeightSnapshot pretrained;

  /**
   * @param merger does the work
   * @param history where calls are noted
   */
  public AssertingMerger(Merger merger, History history) {
    this.merger = merger;
    this.history = history;
  }

  @Override
  public WeightSnapshot apply(WeightHistory h) {
    history.add("merge after task " + h.taskIndex());
    history.require(
        h.taskIndex() >= task,
        RunnerRule.RUN_03,
        "weights of task " + h.taskIndex() + " after those of task " + task);
    history.require(
        h.pretrained().names().equals(h.afterTask().names())
            && h.beforeTask().names().equals(h.afterTask().names()),
        RunnerRule.RUN_03,
        "weights of different models: an adapter that is not merged?");
    WeightSnapshot first = pretrained;
    history.require(
        first == null || same(first, h.pretrained()),
        RunnerRule.RUN_03,
        "other pretrained weights than after task " + task);
    pretrained = h.pretrained();
    task = h.taskIndex();
    return merger.apply(h);
  }

  private static boolean same(WeightSnapshot a, WeightSnapshot b) {
    return a.names().stream().allMatch(n -> Arrays.equals(a.copy(n), b.copy(n)));
  }
}
