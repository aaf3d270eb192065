package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.results.folder.SetScore;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The rows of scores of a cell. All rows of one matrix are of one kind of model: where a merger
 * acts only after the last task, the cell has the row before training and the last one, and the
 * training without such mergers has a matrix of its own.
 *
 * @param own of the cell, whose model is the merged one
 * @param unmerged of its training without mergers at the end; empty if there are none
 */
record CellScores(ScoreRows own, Optional<ScoreRows> unmerged) {
  /** Of a cell without mergers at the end. */
  static CellScores of(ScoreRows rows) {
    return new CellScores(rows, Optional.empty());
  }

  /**
   * Of a cell with mergers at the end.
   *
   * @param training before training and after each task, without these mergers
   * @param merged the scores of the merged model
   */
  static CellScores of(ScoreRows training, SortedMap<String, SetScore> merged) {
    ScoreRows own =
        new ScoreRows(training.tasks(), training.higherIsBetter(), training.rows().subList(0, 1));
    for (int task = 0; task < training.tasks().size() - 1; task++) {
      own = own.plus(Map.of());
    }
    return new CellScores(own.plus(merged), Optional.of(training));
  }
}
