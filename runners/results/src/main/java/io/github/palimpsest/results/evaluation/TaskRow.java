package io.github.palimpsest.results.evaluation;

import java.util.List;

/**
 * The scores of a task.
 *
 * @param task its name
 * @param split the split that was evaluated
 * @param items the number of items that were scored
 * @param cut the number of items whose context was cut, since the model has no positions for it
 * @param skipped the number of items that were left out, since a choice or target alone has more
 *     tokens than the model has positions
 * @param shots the examples before each question
 * @param shotsFrom the split that they come from; empty without examples
 * @param dataSha256 the SHA-256 of each file of the split, in order
 * @param scores one for each measure
 */
public record TaskRow(
    String task,
    String split,
    int items,
    int cut,
    int skipped,
    int shots,
    String shotsFrom,
    List<String> dataSha256,
    List<Measured> scores) {
  /**
   * A score.
   *
   * @param measure its name
   * @param value over all items
   * @param standardError of a mean over items; NaN if there is none
   * @param higherIsBetter the direction
   */
  public record Measured(
      String measure, double value, double standardError, boolean higherIsBetter) {}
}
