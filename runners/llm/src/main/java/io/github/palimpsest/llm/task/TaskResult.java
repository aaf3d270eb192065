package io.github.palimpsest.llm.task;

import java.util.List;

/**
 * The scores of a model on a task.
 *
 * @param task the task's name
 * @param scores one for each measure, in the task's order
 * @param items one for each item, in the order of the data
 */
public record TaskResult(String task, List<Scored> scores, List<ItemOutcome> items) {
  /** Copies the lists. */
  public TaskResult {
    scores = List.copyOf(scores);
    items = List.copyOf(items);
  }

  /**
   * A score.
   *
   * @param measure the measure's name
   * @param value over all items
   * @param standardError of the mean over items, with n - 1; NaN for one item, and for measures
   *     that are no mean over items with equal weights
   * @param higherIsBetter the direction
   */
  public record Scored(
      String measure, double value, double standardError, boolean higherIsBetter) {}
}
