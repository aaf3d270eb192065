package io.github.palimpsest.execution;

import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.results.folder.SetScore;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of scores of a cell. All rows of one matrix are of one kind of model: where a merger
 * acts only after the last task, the cell has the row before training and the last one, and the
 * training without such mergers has a matrix of its own.
 *
 * @param own of the cell, whose model is the merged one
 * @param unmerged of its training without mergers at the end; empty if there are none
 * @param references of the reference models on their tasks, by the word of their training and the
 *     task's name
 */
record CellScores(
    ScoreRows own,
    Optional<ScoreRows> unmerged,
    SortedMap<String, SortedMap<String, SetScore>> references) {
  /** Of a cell without mergers at the end. */
  static CellScores of(ScoreRows rows) {
    return new CellScores(rows, Optional.empty(), new TreeMap<>());
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
    return new CellScores(own.plus(merged), Optional.of(training), new TreeMap<>());
  }

  /** The same scores, with those of reference models. */
  CellScores with(SortedMap<ReferenceTraining, SortedMap<String, SetScore>> others) {
    TreeMap<String, SortedMap<String, SetScore>> all = new TreeMap<>();
    others.forEach((kind, scores) -> all.put(Stage.word(kind), scores));
    return new CellScores(own, unmerged, all);
  }
}
