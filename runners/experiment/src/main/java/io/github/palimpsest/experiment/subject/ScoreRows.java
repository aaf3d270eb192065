package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.results.folder.SetScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The scores of one cell: a row before training and one after each task, each with every evaluation
 * set.
 *
 * @param tasks the tasks' names in order
 * @param higherIsBetter whether a higher score of a task is the better one
 * @param rows the first before any training; each has the scores by the set's name
 */
public record ScoreRows(
    List<String> tasks, boolean higherIsBetter, List<SortedMap<String, SetScore>> rows) {
  /** Copies the lists. */
  public ScoreRows {
    tasks = List.copyOf(tasks);
    rows = List.copyOf(rows);
  }

  /** The same with one more row. */
  public ScoreRows plus(Map<String, SetScore> row) {
    List<SortedMap<String, SetScore>> more = new ArrayList<>(rows);
    more.add(new TreeMap<>(row));
    return new ScoreRows(tasks, higherIsBetter, more);
  }

  /** The part that metrics see: {@code R[t, i]} of the tasks alone. */
  public ScoreMatrix matrix() {
    return matrix(Map.of());
  }

  /**
   * The part that a metric sees which compares with reference models.
   *
   * @param references the score of each task's reference model, by the task's name
   */
  public ScoreMatrix matrix(Map<String, SetScore> references) {
    return new ScoreMatrix() {
      @Override
      public double reference(int task) {
        SetScore score = references.get(tasks.get(task));
        return score == null ? Double.NaN : score.value();
      }

      @Override
      public int tasks() {
        return tasks.size();
      }

      @Override
      public boolean higherScoresAreBetter() {
        return higherIsBetter;
      }

      @Override
      public double before(int task) {
        return score(0, task).value();
      }

      @Override
      public double after(int trained, int evaluated) {
        return score(trained + 1, evaluated).value();
      }

      @Override
      public double[] perExample(int trained, int evaluated) {
        return score(trained + 1, evaluated).perExample();
      }
    };
  }

  private SetScore score(int row, int task) {
    SetScore score = row < rows.size() ? rows.get(row).get(tasks.get(task)) : null;
    return score == null ? new SetScore(Double.NaN, new double[0], new double[0]) : score;
  }
}
