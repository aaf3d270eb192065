package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The cells that have a result when a run begins. */
final class FinishedCells {
  private final Plan plan;
  private final Stages stages;
  private final StageStore store;
  private final OutputFolder folder;
  private final Repair repair;

  @Inject
  FinishedCells(Plan plan, Stages stages, StageStore store, OutputFolder folder, Repair repair) {
    this.plan = plan;
    this.stages = stages;
    this.store = store;
    this.folder = folder;
    this.repair = repair;
  }

  /**
   * Brings a cell's result up to date without training: metrics follow from the scores, so that
   * another choice of them needs none, and so do rows of scores that are missing.
   *
   * @return whether the cell has a result
   */
  boolean refresh(Cell cell) {
    if (!folder.finished(cell.id())) {
      return false;
    }
    try {
      Path file = folder.cell(cell.id()).resolve(FolderLayout.RESULT);
      CellResult result = JsonFile.read(file, CellResult.class);
      List<SortedMap<String, SetScore>> rows = result.setScores();
      refreshMetrics(file, result, rows);
      for (int row = 0; row < rows.size(); row++) {
        String id = stages.row(cell, row - 1);
        if (!store.hasRow(id)) {
          store.writeRow(id, rows.get(row));
        }
      }
      return true;
    } catch (DamagedFileException e) {
      return setAside(e);
    }
  }

  private boolean setAside(DamagedFileException e) {
    try {
      repair.setAside(e);
    } catch (Busy b) {
      return false; // another run is at it, and this one looks again
    }
    return false;
  }

  private void refreshMetrics(
      Path file, CellResult result, List<SortedMap<String, SetScore>> rows) {
    ScoreRows scores =
        new ScoreRows(
            plan.experiment().tasks().stream().map(DataSet::name).toList(),
            result.higherIsBetter(),
            rows);
    Map<String, Double> metrics = CellRecord.metrics(plan, scores.matrix());
    if (!metrics.equals(result.metrics())) {
      JsonFile.replace(file, result.with(metrics));
    }
  }

  /**
   * Whether a cell has no result, or one whose stages are not all there since they were damaged.
   */
  boolean isOpen(Cell cell) {
    return !folder.finished(cell.id()) || stages.of(cell).stream().anyMatch(repair::lacks);
  }
}
